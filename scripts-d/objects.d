#!/usr/sbin/dtrace -s
/*
 * objects.d - instances by class and file, and the time of destroying, from the interpreter's instance probes.
 * Summed in the kernel.
 *
 * By hand:    dtrace -s objects.d PID                (all threads)
 *             dtrace -s objects.d PID TID            (one thread)
 * pytrace prints the exact command: pytrace scripts show objects --engine dtrace
 *
 * PROBES      python$1:::instance-new-done, instance-delete-start, instance-delete-done: builds with the DTrace patch
 *             of old (2.7, 3.3-3.5 on Solaris and its descendants). Stock CPython declares them and fires none:
 *             objects-alloc.d is for those.
 *
 * ARGUMENTS   $1 pid   $2 thread id, 0 = all
 *             $3-$10 not used (where other scripts have the frame)
 *             $11 ms between snapshots, 0 = only one at the end   $12 not used
 *
 * RECORDS     one a line, fields separated by TAB (grammar: CONTRIBUTING.md, "The wire")
 *             H header, A probes are armed, Z end
 *             S timestamp   a snapshot begins; s timestamp   it is whole. Counts are since A, and never cleared.
 *             I created destroyed class file
 *             J bucket count class   destructions that lasted so long: bucket: 4 * floor(log2 ns) + the two bits below
 *             j sum max class        ns in all, and the longest
 *
 * TIMES       from the first delete-start of a thread to the delete-done that matches it: what falls with an instance
 *             counts as its time, not again as that of its own. A delete-done whose start was not seen is left out.
 *
 * COST        2 us for each probe that fires: one for a creation, two for a deletion (dtrace 2.0.7, Linux 6.18).
 *
 * CAVEATS     strings are cut to 255 bytes (strsize). A NULL name prints \001. No such Python was at hand: tried on a
 *             program that fires these probes (test/lab/programs/instances.c), on Linux.
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option argref
#pragma D option strsize=256
#pragma D option aggsize=4m
#pragma D option dynvarsize=4m

this int wanted;
this int done;
this uint64_t ns;
this uint64_t v;
this int log;
self int depth;
self uint64_t since;
self string class;
int64_t last;

BEGIN
{
	last = timestamp;
	@told = max(timestamp);
	printf("H\t1\t%d\t%d\tobjects\tdtrace\n", timestamp, walltimestamp);
	printf("A\t%d\n", timestamp);
}

python$1:::instance-new-done
/$2 == 0 || $2 == tid/
{
	@created[arg0 ? copyinstr(arg0) : "\001", arg1 ? copyinstr(arg1) : "\001"] = count();
}

python$1:::instance-delete-start
/($2 == 0 || $2 == tid) && self->depth == 0/
{
	self->class = arg0 ? copyinstr(arg0) : "\001";
	self->since = timestamp;
}

python$1:::instance-delete-start
/$2 == 0 || $2 == tid/
{
	self->depth++;
	@destroyed[arg0 ? copyinstr(arg0) : "\001", arg1 ? copyinstr(arg1) : "\001"] = count();
}

/* depth 0: its start came before the attach. */
python$1:::instance-delete-done
{
	this->done = self->depth == 1;
	this->ns = this->done ? timestamp - self->since : 0;
	self->depth = self->depth > 0 ? self->depth - 1 : 0;
	/* floor(log2 ns), by halves: D has no loop. */
	this->v = this->ns;
	this->log = 0;
	this->log += this->v >> 32 ? 32 : 0;
	this->v = this->ns >> this->log;
	this->log += this->v >> 16 ? 16 : 0;
	this->v = this->ns >> this->log;
	this->log += this->v >> 8 ? 8 : 0;
	this->v = this->ns >> this->log;
	this->log += this->v >> 4 ? 4 : 0;
	this->v = this->ns >> this->log;
	this->log += this->v >> 2 ? 2 : 0;
	this->v = this->ns >> this->log;
	this->log += this->v >> 1 ? 1 : 0;
}

python$1:::instance-delete-done
/this->done/
{
	@lasted[4 * this->log + (int)(((this->ns << 2) >> this->log) & 3), self->class] = count();
	@sum[self->class] = sum(this->ns);
	@longest[self->class] = max(this->ns);
	self->class = 0;
	self->since = 0;
	self->depth = 0;
}

/* dtrace reads its sums when its reader has time for it: of what moment they are stands among them. */
profile-50hz
/$11/
{
	@told = max(timestamp);
}

/* Not tick: that is one processor's, and on some machines sleeps with it. */
profile-20hz
/$11 && timestamp - last >= $11 * 1000000/
{
	last = timestamp;
	printa("S\t%@d\n", @told);
	printa("I\t%@d\t%@d\t%S\t%S\n", @created, @destroyed);
	printa("J\t%d\t%@d\t%S\n", @lasted);
	printa("j\t%@d\t%@d\t%S\n", @sum, @longest);
	printf("s\t%d\n", timestamp);
}

END
{
	@told = max(timestamp);
	printa("S\t%@d\n", @told);
	printa("I\t%@d\t%@d\t%S\t%S\n", @created, @destroyed);
	printa("J\t%d\t%@d\t%S\n", @lasted);
	printa("j\t%@d\t%@d\t%S\n", @sum, @longest);
	printf("s\t%d\n", timestamp);
	printf("Z\t%d\t0\n", timestamp);
}
