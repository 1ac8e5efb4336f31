#!/usr/sbin/dtrace -s
/*
 * gc.d - every garbage collection of one CPython process: when, how long, what it found, and where it began.
 *
 * By hand:    dtrace -s gc.d PID                   (all threads, every collection)
 *             dtrace -s gc.d PID 0 1000000         (print only those that took 1 ms or longer)
 * pytrace prints the exact command: pytrace scripts show gc --engine dtrace
 *
 * PROBES      python$1:::gc-start, python$1:::gc-done (CPython 3.6+, built --with-dtrace)
 *
 * ARGUMENTS   $1 pid   $2 thread id, 0 = all
 *             $3 leave out collections that took less than this many ns: they are only counted (record V), 0 = none
 *             $4-$13 where the frames of the running function are (all 0 = unknown), see FRAMES
 *
 * RECORDS     one a line, fields separated by TAB (grammar: CONTRIBUTING.md, "The wire")
 *             H header, A probes are armed, Z end with the number of records D printed
 *             D  ts  tid  generation  pause  collected  code instr  code instr  code instr  code instr
 *                a collection has ended; pause is in ns, collected counts the uncollectable too. The four pairs are the
 *                innermost Python functions at its start: address of the code object, instruction in it; 0 -1 = none
 *             d  ts  tid  collected           an end whose start was not seen: the script began in between
 *             b  ts  tid  generation          a start while a collection of this generation had not ended: it is dropped
 *             V  generation  collections  pause      what $3 left out so far; once a second if there is more, and last
 *
 * FRAMES      A collection runs in the thread that holds the GIL. Two ways lead to its frame:
 *             CPython 3.12+:     *$4 = interpreter, *(interpreter + $5) = thread state that holds the GIL
 *             CPython 3.6-3.11:  *$4 = that thread state, $5 is 0
 *             then frame = *(thread state + $6), in 3.11 and 3.12 by way of a cframe: frame = *(that + $13 - 1).
 *             $7 caller's frame, $8 code object, $9 whose frame (0 = versions that do not say), $12 co_flags.
 *             Entry frames of C code (owner >= 3) and the shim below __init__ (co_flags & 0x2000000) are stepped over.
 *             instr is the offset of the current instruction: *(frame + $10) - (code + $11), in bytes; where $11 is 0 it
 *             is the int f_lasti as it stands (3.10: in units of 2 bytes).
 *
 * COST        14 us for each collection printed, about half of it dtrace waking its reader; 7 us for one left out by $3,
 *             of both 4 us for reading and keeping four frames (python3.15, dtrace 2.0.7, Linux 6.18, a busy machine).
 *             2 to 3 us of it are in the pause: a collection that does nothing shows as that.
 *
 * CAVEATS     Own-GIL subinterpreters: their frames cannot be found this way. dtrace without -p does not end
 *             when the process does: pytrace sees to that; by hand, press ^C. With -p, and without it where the
 *             process has a terminal, dtrace takes hold of it by ptrace and leaves breakpoints in it if it is killed:
 *             pytrace prevents that with -x procfspath=, a /proc in which PID/mem is missing.
 *             Tried on Linux only. Written within what illumos, FreeBSD and macOS document, but not run there; there
 *             set switchrate=10hz. Linux needs no switchrate, and spins if it has one.
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option argref
#pragma D option bufsize=1m

this uint64_t f;
this uint64_t t;
this uint64_t code0;
this uint64_t code1;
this uint64_t code2;
this uint64_t code3;
this int64_t instr0;
this int64_t instr1;
this int64_t instr2;
this int64_t instr3;
this int over;
this int64_t pause;
self uint64_t since;
self int generation;
self uint64_t code0;
self uint64_t code1;
self uint64_t code2;
self uint64_t code3;
self int64_t instr0;
self int64_t instr1;
self int64_t instr2;
self int64_t instr3;
uint64_t last;
int more;

BEGIN
{
	@emitted = sum(0);
	last = timestamp;
	printf("H\t1\t%d\t%d\tgc\tdtrace\n", timestamp, walltimestamp);
	printf("A\t%d\n", timestamp);
}

python$1:::gc-start
/self->since/
{
	printf("b\t%d\t%d\t%d\n", timestamp, tid, self->generation);
}

python$1:::gc-start
{
	this->over = 0;
	this->f = 0;
	this->code0 = 0;
	this->instr0 = -1;
	this->code1 = 0;
	this->instr1 = -1;
	this->code2 = 0;
	this->instr2 = -1;
	this->code3 = 0;
	this->instr3 = -1;
}

/* Which frame runs, what is its code, is it to be stepped over? D has no loop: what follows is that, unrolled. */
python$1:::gc-start
/$4 && ($2 == 0 || $2 == tid)/
{
	this->t = *(uint64_t *)copyin($4, 8);
	this->t = $5 && this->t ? *(uint64_t *)copyin(this->t + $5, 8) : this->t;
	this->f = this->t ? *(uint64_t *)copyin(this->t + $6, 8) : 0;
	this->f = $13 && this->f ? *(uint64_t *)copyin(this->f + $13 - 1, 8) : this->f;
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && !this->over/
{
	this->code0 = this->t;
	this->instr0 = $11 ? (int64_t)(*(uint64_t *)copyin(this->f + $10, 8) - this->t - $11) : *(int *)copyin(this->f + $10, 4);
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && !this->over && this->code0/
{
	this->code1 = this->t;
	this->instr1 = $11 ? (int64_t)(*(uint64_t *)copyin(this->f + $10, 8) - this->t - $11) : *(int *)copyin(this->f + $10, 4);
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && !this->over && this->code1/
{
	this->code2 = this->t;
	this->instr2 = $11 ? (int64_t)(*(uint64_t *)copyin(this->f + $10, 8) - this->t - $11) : *(int *)copyin(this->f + $10, 4);
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && this->over/
{
	this->f = *(uint64_t *)copyin(this->f + $7, 8);
	this->t = this->f ? *(uint64_t *)copyin(this->f + $8, 8) & ~3 : 0;
	this->over = this->t && $12 ? (*(uint32_t *)copyin(this->t + $12, 4) & 0x2000000) != 0 : 0;
	this->over = this->f && $9 && *(uint8_t *)copyin(this->f + $9, 1) >= 3 ? 1 : this->over;
}

python$1:::gc-start
/this->f && !this->over && this->code2/
{
	this->code3 = this->t;
	this->instr3 = $11 ? (int64_t)(*(uint64_t *)copyin(this->f + $10, 8) - this->t - $11) : *(int *)copyin(this->f + $10, 4);
}

python$1:::gc-start
/$4 && ($2 == 0 || $2 == tid)/
{
	self->code0 = this->code0;
	self->instr0 = this->instr0;
	self->code1 = this->code1;
	self->instr1 = this->instr1;
	self->code2 = this->code2;
	self->instr2 = this->instr2;
	self->code3 = this->code3;
	self->instr3 = this->instr3;
}

/* Last, so that what reading the frames took is no part of the pause. */
python$1:::gc-start
/$2 == 0 || $2 == tid/
{
	self->generation = (int)arg0;
	self->since = timestamp;
}
python$1:::gc-done
/self->since/
{
	this->pause = timestamp - self->since;
}

python$1:::gc-done
/self->since && this->pause >= $3/
{
	@emitted = sum(1);
	printf("D\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", timestamp, tid, self->generation, this->pause,
	    (int64_t)arg0, self->code0, $4 ? self->instr0 : -1, self->code1, $4 ? self->instr1 : -1, self->code2,
	    $4 ? self->instr2 : -1, self->code3, $4 ? self->instr3 : -1);
}

python$1:::gc-done
/self->since && this->pause < $3/
{
	@count[self->generation] = sum(1);
	@pauses[self->generation] = sum(this->pause);
	more = 1;
}

python$1:::gc-done
/self->since == 0 && ($2 == 0 || $2 == tid)/
{
	printf("d\t%d\t%d\t%d\n", timestamp, tid, (int64_t)arg0);
}

/* What is 0 takes no room: threads come and go. */
python$1:::gc-done
/self->since/
{
	self->since = 0;
	self->generation = 0;
	self->code0 = 0;
	self->code1 = 0;
	self->code2 = 0;
	self->code3 = 0;
	self->instr0 = 0;
	self->instr1 = 0;
	self->instr2 = 0;
	self->instr3 = 0;
}

/* Not tick-1s: that runs on one processor, which may sleep. */
profile-4hz
/more && timestamp - last >= 900000000/
{
	last = timestamp;
	more = 0;
	printa("V\t%d\t%@d\t%@d\n", @count, @pauses);
}

END
{
	printa("V\t%d\t%@d\t%@d\n", @count, @pauses);
	printf("Z\t%d\t", timestamp);
	printa("%@d\n", @emitted);
}
