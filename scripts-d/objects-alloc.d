#!/usr/sbin/dtrace -s
/*
 * objects-alloc.d - instances by class, counted at CPython's allocator, where no instance probes fire.
 * Summed in the kernel.
 *
 * By hand:    dtrace -Z -s objects-alloc.d -p PID PID          (all threads)
 *             dtrace -Z -s objects-alloc.d -p PID PID TID      (one thread)
 * pytrace prints the exact command: pytrace scripts show objects-alloc --engine dtrace
 *
 * PROBES      PyType_GenericAlloc:entry, PyObject_GC_Del:entry (any CPython 3.8 and later), and the local copy of
 *             _PyType_AllocNoTrack that optimised builds of 3.13 and later make (COUNTS); in the executable or
 *             libpython. -Z: a build without that copy is no error.
 *
 * ARGUMENTS   $1 pid   $2 thread id, 0 = all
 *             $3-$10 where the running frame is: main_interpreter, holder, current_frame, previous, executable, owner,
 *             instr, code_adaptive (0 = unknown; holder 0: main_interpreter is where the running thread state is;
 *             owner 0: frames have none; code_adaptive 0: instr is the int f_lasti)
 *             $11 ms between snapshots, 0 = only one at the end
 *             $12 1 = creation sites too (record W); needs $3
 *             $13 3.11, 3.12: current_frame leads to a cframe, in which the frame is at $13 - 1; 0 = not so
 *
 * RECORDS     one a line, fields separated by TAB (grammar: CONTRIBUTING.md, "The wire")
 *             H header, A probes are armed, Z end
 *             S timestamp   a snapshot begins; s timestamp   it is whole. Counts are since A, and never cleared.
 *             O type created destroyed        type: address of the type object
 *             t type dict name     a class at first sight, and where another has taken its address: its tp_dict, tp_name
 *             q type created destroyed   the class at this address is gone: what was counted until then is its own
 *             W type code instr count   created by this code object, at this offset in its bytecode (0 -1 unknown)
 *
 * COUNTS      only heap types (classes of the program): tp_flags & 1 << 9. Creations are exact, except in optimised
 *             builds of 3.13 and later: there most go through a copy of _PyType_AllocNoTrack that has a symbol only in
 *             .symtab. dtrace finds no address outside all symbols, so in a stripped one (Debian's) created counts few:
 *             subclasses of int, tuple and the like. SystemTap counts all: objects-alloc.stp. Debian's 3.9 frees
 *             subclasses of dict, tuple and Exception by a copy of PyObject_GC_Del in other code: there destroyed stays
 *             0 for them. A creation is counted before __init__, a deletion when the memory is freed, after __del__.
 *
 * COST        for each creation and each deletion of any object that the collector knows (lists and dicts too, unless
 *             from a free list): 3 us where the function begins with an instruction that the kernel emulates (Debian's
 *             3.9), 25 us where it begins with endbr64, which is single-stepped (Debian's 3.13 to 3.15). $12: 2.4 us
 *             more for each creation. Measured in a virtual machine, where single steps are dear; dtrace 2.0.7, Linux
 *             6.18.
 *
 * CAVEATS     needs -p: dtrace holds the process by ptrace, and leaves breakpoints in it if killed. End it with SIGTERM
 *             or ^C. A class that is itself destroyed leaves its address to others, whose counts go on from its own: q says
 *             where.
 *             Debian's 3.9 frees classes elsewhere: there it comes when the next class at the address makes an instance.
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option argref
#pragma D option aggsize=4m
#pragma D option dynvarsize=16m

/*
 * By the class's address: what is counted, as aggregations cannot be read here, and the stamp of the class that t has
 * told of: 1 where a deletion was what was seen first.
 */
uint64_t made[uint64_t];
uint64_t ended[uint64_t];
uint64_t living[uint64_t];

this int made;
this int gone;
this int ended;
this uint64_t flags;
this uint64_t name;
this uint64_t stamp;
this int owner;
this uint64_t type;
this uint64_t t;
this uint64_t f;
this uint64_t code;
this int64_t instr;
int64_t last;

BEGIN
{
	last = timestamp;
	@told = max(timestamp);
	printf("H\t1\t%d\t%d\tobjects-alloc\tdtrace\n", timestamp, walltimestamp);
	printf("A\t%d\n", timestamp);
}

pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
{
	this->made = ($2 == 0 || $2 == tid) && (*(uint64_t *)copyin(arg0 + 168, 8) & 512) != 0;
	this->f = 0;
	this->code = 0;
	this->instr = -1;
	this->owner = 0;
}

/* What a class keeps for life: its dict, its mro, where its name stands, and how that begins. */
pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made/
{
	this->name = *(uint64_t *)copyin(arg0 + 24, 8);
	this->stamp = 1 | (*(uint64_t *)copyin(arg0 + 264, 8) + 3 * *(uint64_t *)copyin(arg0 + 344, 8)
	    + 5 * this->name + 7 * *(uint64_t *)copyin(this->name, 8)) << 1;
}

/* Another class has its address, and its end was not seen. */
pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made && living[(uint64_t)arg0] > 1 && living[(uint64_t)arg0] != this->stamp/
{
	living[(uint64_t)arg0] = 0;
	printf("q\t%d\t%d\t%d\n", (uint64_t)arg0, made[(uint64_t)arg0], ended[(uint64_t)arg0]);
}

pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made/
{
	@created[(uint64_t)arg0] = count();
	made[(uint64_t)arg0] = made[(uint64_t)arg0] + 1;
}

pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made && living[(uint64_t)arg0] == 0/
{
	living[(uint64_t)arg0] = this->stamp;
	printf("t\t%d\t%d\t%S\n", (uint64_t)arg0, *(uint64_t *)copyin(arg0 + 264, 8), copyinstr(*(uint64_t *)copyin(arg0 + 24, 8)));
}

/* Which frame runs? That of the thread that holds the GIL. */
pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made && $12 && $3/
{
	this->t = *(uint64_t *)copyin($3, 8);
	this->t = $4 && this->t ? *(uint64_t *)copyin(this->t + $4, 8) : this->t;
	this->f = this->t ? *(uint64_t *)copyin(this->t + $5, 8) : 0;
	this->f = this->f && $13 ? *(uint64_t *)copyin(this->f + $13 - 1, 8) : this->f;
	this->owner = this->f && $8 ? *(uint8_t *)copyin(this->f + $8, 1) : 0;
}

/* Entry frames of C code are stepped over; D has no loop, and two in a row do not occur. */
pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made && this->f && this->owner >= 3/
{
	this->f = *(uint64_t *)copyin(this->f + $6, 8);
}

pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made && this->f/
{
	this->code = *(uint64_t *)copyin(this->f + $7, 8) & ~3;
	this->instr = $10 ? *(int64_t *)copyin(this->f + $9, 8) - (int64_t)(this->code + $10)
	    : *(int *)copyin(this->f + $9, 4);
}

pid$target::PyType_GenericAlloc:entry,
pid$target::_PyType_AllocNoTrack.constprop*:entry
/this->made && $12/
{
	@sites[(uint64_t)arg0, this->code, this->instr] = count();
}

pid$target::PyObject_GC_Del:entry
{
	this->type = *(uint64_t *)copyin(arg0 + 8, 8);
	this->flags = *(uint64_t *)copyin(this->type + 168, 8);
	this->ended = ($2 == 0 || $2 == tid) && (this->flags & 512) != 0;
	/* Py_TPFLAGS_TYPE_SUBCLASS: it is a class itself. */
	this->gone = (this->flags & 0x80000000) != 0;
}

pid$target::PyObject_GC_Del:entry
/this->gone && living[(uint64_t)arg0] != 0/
{
	living[(uint64_t)arg0] = 0;
	printf("q\t%d\t%d\t%d\n", (uint64_t)arg0, made[(uint64_t)arg0], ended[(uint64_t)arg0]);
}

pid$target::PyObject_GC_Del:entry
/this->ended/
{
	@destroyed[this->type] = count();
	ended[this->type] = ended[this->type] + 1;
}

pid$target::PyObject_GC_Del:entry
/this->ended && living[this->type] == 0/
{
	living[this->type] = 1;
	printf("t\t%d\t%d\t%S\n", this->type, *(uint64_t *)copyin(this->type + 264, 8), copyinstr(*(uint64_t *)copyin(this->type + 24, 8)));
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
	printa("O\t%d\t%@d\t%@d\n", @created, @destroyed);
	printa("W\t%d\t%d\t%d\t%@d\n", @sites);
	printf("s\t%d\n", timestamp);
}

END
{
	@told = max(timestamp);
	printa("S\t%@d\n", @told);
	printa("O\t%d\t%@d\t%@d\n", @created, @destroyed);
	printa("W\t%d\t%d\t%d\t%@d\n", @sites);
	printf("s\t%d\n", timestamp);
	printf("Z\t%d\t0\n", timestamp);
}
