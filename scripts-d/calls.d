#!/usr/sbin/dtrace -s
/*
 * calls.d - every call and return of Python functions in one process.
 *
 * By hand:    dtrace -s calls.d PID                (all functions, all threads)
 *             dtrace -s calls.d PID TID            (one thread)
 * pytrace prints the exact command: pytrace scripts show calls --engine dtrace
 *
 * PROBES      python$1:::function-entry, python$1:::function-return (CPython 3.6-3.10, 3.15+, built --with-dtrace)
 *
 * ARGUMENTS   $1 pid   $2 thread id, 0 = all
 *             $$3, $$4 only functions whose name ($$3) and file ($$4) contain this text, "" = all
 *             $5 print only calls that lasted this many ns or more (record X), 0 = print every entry and return
 *             $6 print no calls nested deeper than this, counted from the attach, 0 = no limit
 *             $7-$13 where the frame of the running function is (0 0 0 0 0 0 0 = unknown), see FRAMES. $8 = 0: $7 is the
 *             address of the pointer to the thread state. $12 = 0: entries and returns balance
 *             $14 3.11: $9 leads to a cframe, in which the frame is at $14 - 1; 0 = not so
 *
 * RECORDS     one a line, fields separated by TAB (grammar: CONTRIBUTING.md, "The wire")
 *             H header, A probes are armed, Z end with the number of records printed
 *             E entry, G entry of a generator's frame, C creation of a generator, R return, X completed call:
 *             KIND  timestamp  tid  line  frame  previous|generator|duration  function  file
 *
 * FRAMES      CPython 3.15 fires function-entry once more when a generator or coroutine is created, and
 *             function-return without entry after throw(). Names alone cannot tell. So the script reads which frame
 *             runs: interpreter -> thread state that holds the GIL -> current_frame. A frame that its thread owns while
 *             its code is that of a generator (co_flags & 0x2a0) is a creation; one that a generator owns (owner 1) is
 *             a resumption. previous is the calling Python frame; entry frames of C code (owner >= 3) and the shim
 *             below __init__ (co_flags & 0x2000000, no monitoring events) are stepped over. In 3.7 to 3.11 names are
 *             enough, unless greenlets switch stacks: then each entry and return must say whose it is.
 *
 * COST        8 us for each record, most of it dtrace waking its reader; reading the frame is 1 us of that
 *             (python3.15, dtrace 2.0.7, Linux 6.18). With $5 set, calls that are too short cost about half of it.
 *
 * CAVEATS     strings are cut to 255 bytes (strsize). A NULL name prints \001.
 *             Own-GIL subinterpreters: their frames cannot be found this way. dtrace without -p does not end
 *             when the process does: pytrace sees to that; by hand, press ^C. With -p, and without it where the
 *             process has a terminal, dtrace takes hold of it by ptrace and leaves breakpoints in it if it is killed:
 *             pytrace prevents that with -x procfspath=, a /proc in which PID/mem is missing.
 *             Tried on Linux only. Written within what illumos, FreeBSD and macOS document, but not run there; there
 *             set switchrate=10hz. Linux needs no switchrate, and spins if it has one.
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option argref
#pragma D option strsize=256
#pragma D option bufsize=8m
#pragma D option dynvarsize=16m

this uint64_t f;
this uint64_t p;
this uint64_t t;
this uint64_t since;
this int owner;
this int flags;
this int over;
this int wanted;
this int line;
this uint64_t code;
self int depth;

BEGIN
{
	@emitted = sum(0);
	self->since[(uint64_t)0] = timestamp;
	self->first[(uint64_t)0] = (int)0;
	printf("H\t1\t%d\t%d\tcalls\tdtrace\n", timestamp, walltimestamp);
	printf("A\t%d\n", timestamp);
}

/* Is this thread, function and file asked for? */
python$1:::function-entry,
python$1:::function-return
{
	this->wanted = $2 == 0 || $2 == tid;
	this->f = 0;
	this->p = (uint64_t)-1;
	this->owner = 0;
	this->flags = 0;
	this->over = 0;
	this->line = (int)arg2;
}

python$1:::function-entry,
python$1:::function-return
/$$3 != "" && this->wanted/
{
	this->wanted = arg1 != 0 && strstr(copyinstr(arg1), $$3) != NULL;
}

python$1:::function-entry,
python$1:::function-return
/$$4 != "" && this->wanted/
{
	this->wanted = arg0 != 0 && strstr(copyinstr(arg0), $$4) != NULL;
}

/* Which frame runs, and whose is it? */
python$1:::function-entry,
python$1:::function-return
/$7 && this->wanted/
{
	this->t = *(uint64_t *)copyin($7, 8);
	this->t = $8 ? *(uint64_t *)copyin(this->t + $8, 8) : this->t;
	this->f = *(uint64_t *)copyin(this->t + $9, 8);
	this->f = $14 ? *(uint64_t *)copyin(this->f + $14 - 1, 8) : this->f;
	this->owner = $12 ? *(uint8_t *)copyin(this->f + $12, 1) : 0;
}

python$1:::function-entry
/this->f/
{
	this->code = *(uint64_t *)copyin(this->f + $11, 8) & ~3;
	this->flags = *(uint32_t *)copyin(this->code + $13, 4);
	this->p = *(uint64_t *)copyin(this->f + $10, 8);
	this->owner = $12 ? this->owner : (this->flags & 0x2a0) != 0;
}

python$1:::function-entry
/this->f && $12/
{
	/* this->f stands in where there is no caller: it is never stepped over. */
	this->t = this->p ? this->p : this->f;
	this->over = *(uint8_t *)copyin(this->t + $12, 1) >= 3;
	this->t = *(uint64_t *)copyin(this->t + $11, 8) & ~3;
	this->over = this->over || (*(uint32_t *)copyin(this->t + $13, 4) & 0x2000000) != 0;
}

/* Callbacks that run while a frame is cleared (weakref, __del__) have several frames to step over; D has no loop. */
python$1:::function-entry
/this->f && this->over/
{
	this->p = *(uint64_t *)copyin(this->p + $10, 8);
	this->t = this->p ? this->p : this->f;
	this->over = *(uint8_t *)copyin(this->t + $12, 1) >= 3;
	this->t = *(uint64_t *)copyin(this->t + $11, 8) & ~3;
	this->over = this->over || (*(uint32_t *)copyin(this->t + $13, 4) & 0x2000000) != 0;
}

python$1:::function-entry
/this->f && this->over/
{
	this->p = *(uint64_t *)copyin(this->p + $10, 8);
	this->t = this->p ? this->p : this->f;
	this->over = *(uint8_t *)copyin(this->t + $12, 1) >= 3;
	this->t = *(uint64_t *)copyin(this->t + $11, 8) & ~3;
	this->over = this->over || (*(uint32_t *)copyin(this->t + $13, 4) & 0x2000000) != 0;
}

python$1:::function-entry
/this->f && this->over/
{
	this->p = *(uint64_t *)copyin(this->p + $10, 8);
	this->t = this->p ? this->p : this->f;
	this->over = *(uint8_t *)copyin(this->t + $12, 1) >= 3;
	this->t = *(uint64_t *)copyin(this->t + $11, 8) & ~3;
	this->over = this->over || (*(uint32_t *)copyin(this->t + $13, 4) & 0x2000000) != 0;
}

python$1:::function-entry
/this->f && this->over/
{
	this->p = *(uint64_t *)copyin(this->p + $10, 8);
	this->t = this->p ? this->p : this->f;
	this->over = *(uint8_t *)copyin(this->t + $12, 1) >= 3;
	this->t = *(uint64_t *)copyin(this->t + $11, 8) & ~3;
	this->over = this->over || (*(uint32_t *)copyin(this->t + $13, 4) & 0x2000000) != 0;
}

python$1:::function-entry
/this->f && this->over/
{
	this->p = (uint64_t)-1;
}

/* A function with cells or free variables, or a class body, has no line at its entry: co_firstlineno stands 20 behind. */
python$1:::function-entry
/this->f && $12 && this->line == -1/
{
	this->line = *(int *)copyin(this->code + $13 + 20, 4);
}

/* A call's callers cannot be told where calls are left out. */
python$1:::function-entry
/$$3 != "" || $$4 != ""/
{
	this->p = (uint64_t)-1;
}

python$1:::function-entry
/this->wanted && $5 == 0 && ($6 == 0 || self->depth < $6)/
{
	@emitted = sum(1);
	printf("%s\t%d\t%d\t%d\t%d\t%d\t%S\t%S\n",
	    this->owner == 1 ? "G" : (this->flags & 0x2a0) ? "C" : "E", timestamp, tid, this->line, this->f,
	    (int64_t)this->p, arg1 ? copyinstr(arg1) : "\001", arg0 ? copyinstr(arg0) : "\001");
}

python$1:::function-entry
/this->wanted && ($5 || $6) && (this->owner == 1 || !(this->flags & 0x2a0))/
{
	self->depth++;
	self->since[this->f ? this->f : self->depth] = timestamp;
	self->first[this->f ? this->f : self->depth] = this->line;
}

python$1:::function-return
/this->wanted && ($5 || $6) && (int)arg2 != -1/
{
	this->since = self->since[this->f ? this->f : self->depth];
	this->line = self->first[this->f ? this->f : self->depth];
	self->since[this->f ? this->f : self->depth] = 0;
	self->first[this->f ? this->f : self->depth] = 0;
	self->depth = self->depth > 0 ? self->depth - 1 : 0;
}

python$1:::function-return
/this->wanted && $5 == 0 && ($6 == 0 || self->depth < $6)/
{
	@emitted = sum(1);
	printf("R\t%d\t%d\t%d\t%d\t%d\t%S\t%S\n", timestamp, tid, (int)arg2, this->f, this->owner == 1,
	    arg1 ? copyinstr(arg1) : "\001", arg0 ? copyinstr(arg0) : "\001");
}

python$1:::function-return
/this->wanted && $5 && (int)arg2 != -1 && this->since && timestamp - this->since >= $5/
{
	@emitted = sum(1);
	printf("X\t%d\t%d\t%d\t%d\t%d\t%S\t%S\n", timestamp, tid, this->line, this->f, timestamp - this->since,
	    arg1 ? copyinstr(arg1) : "\001", arg0 ? copyinstr(arg0) : "\001");
}

END
{
	printf("Z\t%d\t", timestamp);
	printa("%@d\n", @emitted);
}
