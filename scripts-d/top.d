#!/usr/sbin/dtrace -s
/*
 * top.d - which Python functions of one process are called, how often and how long, summed in the kernel.
 *
 * By hand:    dtrace -s top.d PID 0 "" "" 0 0 LAYOUT... 1000 0 function-entry function-return 0 0 0
 *             (LAYOUT: 8 numbers, $7-$14; all may be 0 where entries and returns balance, CPython 3.6-3.11)
 * pytrace prints the exact command: pytrace scripts show top --engine dtrace
 *
 * PROBES      python$1:::function-entry, python$1:::function-return (CPython 3.6-3.10, 3.15+, built --with-dtrace)
 *
 * ARGUMENTS   $1 pid   $2 thread id, 0 = all
 *             $$3, $$4 only functions whose name ($$3) and file ($$4) contain this text, "" = all. Stacks are kept for
 *             all functions; a caller that is not asked for is 0
 *             $5 only calls that lasted this many ns or more count   $6 calls nested deeper are part of their caller
 *             $7-$13 where the frame of the running function is, as in calls.d: $7 main interpreter, $8 its GIL holder,
 *             $9 current frame, $10 previous, $11 executable, $12 owner, $13 code flags. $8 = 0: $7 is the address of
 *             the pointer to the thread state. $12 = 0: entries and returns balance. $7 = 0: no frames
 *             $14 co_firstlineno in a code object   $15 ms between snapshots   $16 1 = counts only
 *             $$17, $$18 the probes that times hang on: function-entry, function-return. With $16: gc-done, gc-done, since
 *             a clause that does nothing still costs a call its time, and a probe its trap
 *             $19 3.11: $9 leads to a cframe, in which the frame is at $19 - 1; 0 = not so
 *             $20, $21 co_name and co_filename in a code object, see KEYS in top.bt; 0 = not known
 *
 * RECORDS     one a line, fields separated by TAB (grammar: CONTRIBUTING.md, "The wire")
 *             H header, A probes are armed, L what found no room, Z end
 *             N key line name file    a function; once more if its code object's memory now holds another
 *             S ts, s ts              begin and end of a snapshot; all numbers are sums since the start. S: of what moment
 *                                     they are, give or take 20 ms; it may come much later
 *             F key calls self total returned max     calls = entries; ns; total only of outermost activations
 *             K caller callee calls total             Sums over callers are those of F. Caller 0: none, or not known
 *             B key bucket calls                      returned calls; bucket = 4 * floor(log2 ns) + the next two bits
 *             key is the address of the code object; without frames a hash of the addresses of name and file, and
 *             N comes again when a smaller line is seen. A key, or a pair, can stand in several F or K of a snapshot:
 *             they add up (max: the largest). See PARTS.
 *
 * TIMES       Each thread has a stack of frames. The time between two of its events belongs to the frame on top. A
 *             return whose frame is not on top unwinds to where it is. On 3.15 entries and returns do not balance (see
 *             calls.d), hence: the creation of a generator is no entry; the shim below __init__ has no return; at an
 *             entry the calling frame is compared with the top, and if it is a generator that is not on the stack,
 *             throw() entered it, at the time of the thread's last event. So did it where a generator returns unentered.
 *             What has not returned: its self time is summed every 0.1 ms, its total every 20 ms, at the next entry.
 *             Functions entered before the attach have neither calls nor times; they are caller 0.
 *
 * PARTS       dtrace 2.0.7 keeps all keys of one aggregation in one list and looks through it for each key at each reading
 *             (dt_aggregate_snap_one: the hash is the aggregation's id). So each sum is kept in several aggregations,
 *             by bits of the code object's address: @self0 to @self3, @ecalls0 to @ecalls15. @...4, @thrown, @late and
 *             @open hold what is rare.
 *
 * COST        4.1 us a call with its return, 1.4 us with counts only; where calls.d takes 19.1 and a bare count() by
 *             names 1.4 (python3.15, dtrace 2.0.7, Linux 6.18, one run). A snapshot of 16,000 records (1000 functions,
 *             5000 pairs) comes half a second to a second late, one of 50,000 some seconds, the first of them more.
 *
 * INTERVAL    dtrace reads its sums once in aggrate, 1 s by default: for snapshots that follow each other faster, or are
 *             to be less old, give -x aggrate= (pytrace: half the interval, at most 500 ms).
 *
 * CAVEATS     255 threads with a stack, 1000 frames each: what is beyond is counted in L. Where throw() or close() follows
 *             work of the caller without a call between, that work counts as the generator's. close() of a generator
 *             that does not catch it fires nothing. Counts only: throw() is not seen. Greenlets: what they leave is
 *             unwound. Own-GIL subinterpreters: they share these variables without a lock. Strings are cut to 255 bytes.
 *             Linux only: dtrace's arrays with a variable index were not tried elsewhere. No -p: see calls.d.
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option argref
#pragma D option strsize=256
#pragma D option bufsize=8m
#pragma D option aggsize=32m
#pragma D option dynvarsize=16m

/*
 * The GIL lets one thread run Python at a time, so these need no lock: the current thread, its slot in the tables, and
 * which slots are free.
 */
uint64_t interp;
uint64_t shown;
int cur;
int slot;
int used;
int spares;

int spare[256];
/* For each thread: how deep it is, how deep below what is kept, which frame is looked at next, its last event. */
int depth[256];
int over[256];
int walk[256];
uint64_t last[256];

/*
 * Its stack, 1024 from slot * 1024 on, the first left empty: code object (the low four bits: 1 outermost activation,
 * 2 generator, 4 not asked for, 8 not yet named), frame, entry, until when its total time is summed, self time not yet summed.
 */
uint64_t key[262144];
uint64_t frame[262144];
uint64_t start[262144];
uint64_t charged[262144];
uint64_t own[262144];
/* By hash, checked before it is believed: where a code object's outermost activation is on the stack, where a frame is. */
int home[262144];
int place[262144];

/* What is known of a code object, by hash; all of it is in name_of, bits_of and line_of. */
uint64_t cache_code[4096];
uint64_t cache_name[4096];
int cache_bits[4096];
int cache_line[4096];

this uint64_t now;
this uint64_t t;
this uint64_t f;
this uint64_t p;
this uint64_t code;
this uint64_t real;
this uint64_t k;
this uint64_t up;
this uint64_t el;
this uint64_t own;
this uint64_t caller;
this uint64_t name;
this char *m;
this int owner;
this int flags;
this int line;
this int h;
this int d;
this int b;
this int at;
this int i;
this int w;
this int bits;
this int ok;
this int on;
this int hit;
this int thrown;
this int push;
this int step;
this int outer;
this int part;
this int edge;
this int bucket;

/* By hand without the last two, the times would hang on every probe of the provider. */
BEGIN
/$$17 == "" || $$18 == ""/
{
	exit(2);
}

/* Dynamic variables must be assigned before they are read. */
BEGIN
{
	slot_of[(int)0] = (int)0;
	name_of[(uint64_t)0] = (uint64_t)0;
	bits_of[(uint64_t)0] = (int)0;
	line_of[(uint64_t)0] = (int)0;
	outer_of[(int)0, (uint64_t)0] = (int)0;
	shown = timestamp;
	@told = max(timestamp);
	printf("H\t1\t%d\t%d\ttop\tdtrace\n", timestamp, walltimestamp);
	printf("A\t%d\n", timestamp);
}

python$1:::function-entry
{
	this->now = timestamp;
	this->ok = $2 == 0 || $2 == tid;
	this->on = 0;
	this->push = 0;
	this->step = 0;
	this->part = 0;
	this->edge = 0;
}

/* ---- threads: one whose stack is empty gives its slot back */
python$1:::$$17,
python$1:::$$18
/!$16 && cur != tid && slot && !depth[slot] && ($2 == 0 || $2 == tid)/
{
	slot_of[cur] = 0;
	spare[spares] = slot;
	spares++;
}

python$1:::$$17,
python$1:::$$18
/!$16 && cur != tid && ($2 == 0 || $2 == tid)/
{
	cur = tid;
	slot = slot_of[tid];
	this->i = slot;
	slot = slot ? slot : spares ? spare[spares - 1] : used < 255 ? used + 1 : 0;
	spares -= !this->i && spares ? 1 : 0;
	used = slot > used ? slot : used;
	slot_of[tid] = slot;
	depth[slot] = this->i ? depth[slot] : 0;
	over[slot] = this->i ? over[slot] : 0;
	last[slot] = this->i ? last[slot] : timestamp;
}

python$1:::$$17
/!$16 && !slot && this->ok/
{
	@lost = count();
	this->ok = 0;
	cur = 0;
}

/* ---- which function, which frame */
python$1:::function-entry
/!$7/
{
	this->code = ((((uint64_t)arg1 * 1099511628211) ^ (uint64_t)arg0) * 1099511628211 >> 16) & 0xfffffffffff0;
	this->f = this->code;
	this->owner = 1;
	this->h = ((this->code >> 4) ^ (this->code >> 16)) & 4095;
	this->bits = cache_bits[this->h];
	this->on = this->ok;
}

python$1:::function-entry
/$7 && this->ok/
{
	interp = interp && $8 ? interp : *(uint64_t *)copyin($7, 8);
	this->t = $8 ? *(uint64_t *)copyin(interp + $8, 8) : interp;
	this->f = *(uint64_t *)copyin(this->t + $9, 8);
	this->f = $19 ? *(uint64_t *)copyin(this->f + $19 - 1, 8) : this->f;
	this->m = (char *)copyin(this->f, 80);
	this->code = *(uint64_t *)(this->m + $11) & ~3;
	this->real = this->code;
	this->owner = $12 ? *(uint8_t *)(this->m + $12) : 1;
	this->p = *(uint64_t *)(this->m + $10);
	this->on = 1;
}
/* A function by its texts and first line: the address of its code object may be another's next. */
python$1:::function-entry
/$20 && this->on/
{
	this->m = (char *)copyin(*(uint64_t *)copyin(this->code + $21, 8), 32);
	this->up = *(uint64_t *)(this->m + 24);
	this->up = this->up == -1 && arg0 ? *(uint64_t *)copyin(arg0 + *(uint64_t *)(this->m + 16) - 8, 8) : this->up;
	this->k = *(uint64_t *)copyin(*(uint64_t *)copyin(this->code + $20, 8) + 24, 8);
	this->k = ((this->k * 1099511628211) ^ this->up) * 1099511628211;
	this->code = (((this->k ^ *(uint32_t *)copyin(this->code + $14, 4)) * 1099511628211) >> 16) & 0xfffffffffff0;
}
python$1:::function-entry
/$7 && this->on/
{
	this->h = ((this->code >> 4) ^ (this->code >> 16)) & 4095;
	this->bits = cache_bits[this->h];
}

/* ---- returns: is it that of the frame on top? Nearly always. */
python$1:::$$18
/!$16/
{
	this->on = 0;
	this->hit = 0;
	this->thrown = 0;
	this->part = 0;
	this->edge = 0;
	this->bucket = 0;
	this->outer = 0;
	this->k = 4;
}
python$1:::$$18
/!$16 && slot && cur == tid/
{
	this->now = timestamp;
	interp = interp && $8 ? interp : $7 ? *(uint64_t *)copyin($7, 8) : 0;
	this->t = $8 ? *(uint64_t *)copyin(interp + $8, 8) : interp;
	this->f = $7 ? *(uint64_t *)copyin(this->t + $9, 8) :
	    ((((uint64_t)arg1 * 1099511628211) ^ (uint64_t)arg0) * 1099511628211 >> 16) & 0xfffffffffff0;
	this->f = $19 ? *(uint64_t *)copyin(this->f + $19 - 1, 8) : this->f;
	this->d = depth[slot];
	this->b = slot * 1024;
	this->at = this->b + this->d;
	this->hit = this->d && frame[this->at] == this->f && ($7 || !over[slot]);
	this->on = this->hit ? 0 : 1;
}

python$1:::$$18
/!$16 && this->on && $12/
{
	this->on = 0;
	this->m = (char *)copyin(this->f, 80);
	this->code = *(uint64_t *)(this->m + $11) & ~3;
	this->real = this->code;
	this->owner = *(uint8_t *)(this->m + $12);
	this->flags = *(uint32_t *)copyin(this->code + $13, 4);
	this->on = !(this->flags & 0x2000000);
}

python$1:::$$18
/!$16 && this->on/
{
	this->i = place[this->b + (((this->f >> 3) ^ (this->f >> 13)) & 1023)];
	this->hit = this->i && this->i <= this->d && frame[this->b + this->i] == this->f && ($7 || !over[slot]);
	this->thrown = !this->hit && !over[slot] && $12 && this->owner == 1 && this->d;
	over[slot] -= !this->hit && over[slot] ? 1 : 0;
	this->d = this->hit ? this->i : this->d;
	this->at = this->b + this->d;
	this->on = this->thrown;
	this->h = ((this->code >> 4) ^ (this->code >> 16)) & 4095;
	this->bits = cache_bits[this->h];
	/* At depth 0 a function returns that was entered before the attach. */
	last[slot] = this->d ? last[slot] : this->now;
}

python$1:::$$18
/!$16 && this->hit && (key[this->at] & 8)/
{
	this->on = 1;
	this->code = key[this->at] & ~15;
	this->real = this->code;
	this->h = ((this->code >> 4) ^ (this->code >> 16)) & 4095;
	this->bits = cache_bits[this->h];
}

/* ---- names, at first sight; the filters look at them here alone */
python$1:::function-entry,
python$1:::$$18
/this->on && (cache_code[this->h] != this->code || cache_name[this->h] != arg1 || (!$7 && (int)arg2 < cache_line[this->h]))/
{
	this->name = name_of[this->code];
	this->bits = bits_of[this->code];
	cache_code[this->h] = this->code;
	cache_name[this->h] = arg1;
	cache_bits[this->h] = this->bits;
	cache_line[this->h] = line_of[this->code];
	this->on = ($20 ? this->name != 0 : this->name == arg1 + 1) && ($7 || (int)arg2 >= cache_line[this->h]) ? 1 : 2;
}
python$1:::function-entry,
python$1:::$$18
/this->on == 2 && $7/
{
	this->flags = *(uint32_t *)copyin(this->real + $13, 4);
	this->line = *(int *)copyin(this->real + $14, 4);
	this->bits = (this->flags & 0x2a0) && $12 ? 2 : 0;
}
python$1:::function-entry,
python$1:::$$18
/this->on == 2/
{
	this->line = $7 ? this->line : (int)arg2;
	this->bits |= $$3 != "" && (arg1 == 0 || strstr(copyinstr(arg1), $$3) == NULL) ? 4 : 0;
	this->bits |= $$4 != "" && (arg0 == 0 || strstr(copyinstr(arg0), $$4) == NULL) ? 4 : 0;
	name_of[this->code] = arg1 + 1;
	bits_of[this->code] = this->bits;
	line_of[this->code] = this->line;
	cache_bits[this->h] = this->bits;
	cache_line[this->h] = this->line;
}
python$1:::function-entry,
python$1:::$$18
/this->on == 2 && !(this->bits & 4)/
{
	printf("N\t%d\t%d\t%S\t%S\n", this->code, this->line, arg1 ? copyinstr(arg1) : "\001", arg0 ? copyinstr(arg0) : "\001");
}

/* ---- entry; the creation of a generator is none: its thread owns the frame */
python$1:::function-entry
/this->on/
{
	this->on = !(this->bits & 2) || this->owner;
}

python$1:::function-entry
/$16 && this->on && !(this->bits & 4)/
{
	@calls[this->code] = count();
}

python$1:::$$17
/!$16 && this->on/
{
	this->d = depth[slot];
	this->b = slot * 1024;
	this->d = $12 && !this->p ? 0 : this->d;
	this->at = this->b + this->d;
	this->step = $12 && this->d && frame[this->at] != this->p && !over[slot];
	this->i = this->step;
	this->push = 1;
}
/* Step over entry frames of C code and the shim below __init__; D has no loop. */
python$1:::$$17
/!$16 && this->step/
{
	this->m = (char *)copyin(this->p, 80);
	this->owner = *(uint8_t *)(this->m + $12);
	this->up = *(uint64_t *)(this->m + $11) & ~3;
	this->step = this->owner >= 3 || (*(uint32_t *)copyin(this->up + $13, 4) & 0x2000000);
	this->p = this->step ? *(uint64_t *)(this->m + $10) : this->p;
	this->step = this->step && this->p && frame[this->at] != this->p;
}
python$1:::$$17
/!$16 && this->step/
{
	this->m = (char *)copyin(this->p, 80);
	this->owner = *(uint8_t *)(this->m + $12);
	this->up = *(uint64_t *)(this->m + $11) & ~3;
	this->step = this->owner >= 3 || (*(uint32_t *)copyin(this->up + $13, 4) & 0x2000000);
	this->p = this->step ? *(uint64_t *)(this->m + $10) : this->p;
	this->step = this->step && this->p && frame[this->at] != this->p;
}
python$1:::$$17
/!$16 && this->step/
{
	this->m = (char *)copyin(this->p, 80);
	this->owner = *(uint8_t *)(this->m + $12);
	this->up = *(uint64_t *)(this->m + $11) & ~3;
	this->step = this->owner >= 3 || (*(uint32_t *)copyin(this->up + $13, 4) & 0x2000000);
	this->p = this->step ? *(uint64_t *)(this->m + $10) : this->p;
	this->step = this->step && this->p && frame[this->at] != this->p;
}
python$1:::$$17
/!$16 && this->step/
{
	this->m = (char *)copyin(this->p, 80);
	this->owner = *(uint8_t *)(this->m + $12);
	this->up = *(uint64_t *)(this->m + $11) & ~3;
	this->step = this->owner >= 3 || (*(uint32_t *)copyin(this->up + $13, 4) & 0x2000000);
	this->p = this->step ? *(uint64_t *)(this->m + $10) : this->p;
	this->step = this->step && this->p && frame[this->at] != this->p;
}
python$1:::$$17
/!$16 && this->push && this->i && !this->step && frame[this->at] != this->p/
{
	this->w = this->p ? place[this->b + (((this->p >> 3) ^ (this->p >> 13)) & 1023)] : 0;
	this->w = this->w <= this->d && frame[this->b + this->w] == this->p ? this->w : 0;
	this->d = this->w || !this->p ? this->w : this->d;
	/* 2: a generator that was entered by throw() */
	this->push = !this->w && this->p && this->owner == 1 && this->d < 999 ? 2 : 1;
	this->at = this->b + this->d;
}

python$1:::$$17
/!$16 && this->push == 2/
{
	this->w = name_of[this->up] ? bits_of[this->up] : $$3 != "" || $$4 != "" ? 12 : 8;
	this->k = key[this->at];
	this->caller = (this->k & 4) ? 0 : this->k & ~15;
	this->d++;
	this->at++;
	place[this->b + (((this->p >> 3) ^ (this->p >> 13)) & 1023)] = this->d;
	key[this->at] = this->up | this->w | 1;
	frame[this->at] = this->p;
	start[this->at] = last[slot];
	charged[this->at] = last[slot];
	own[this->at] = 0;
}
python$1:::$$17
/!$16 && this->push == 2 && !(this->w & 4) && $5 == 0/
{
	@calls4[this->up] = count();
	@thrown[this->caller, this->up] = count();
}

python$1:::$$17
/!$16 && this->push/
{
	this->k = this->d ? key[this->at] : 0;
	this->caller = (this->k & 4) ? 0 : this->k & ~15;
	this->own = own[this->at] + this->now - last[slot];
	own[this->at] = this->own;
	this->el = this->now - start[this->at];
	last[slot] = this->now;
	this->push = this->d < 1000 && ($6 == 0 || this->d < $6);
	over[slot] += this->push ? 0 : 1;
	this->w = home[this->b + (this->h & 1023)];
	this->up = this->w && this->w <= this->d ? key[this->b + this->w] & ~15 : 0;
	/* 2: another function of the same hash is there */
	this->outer = this->up == this->code ? 0 : this->up && !((((this->up >> 4) ^ (this->up >> 16)) ^ this->h) & 1023) ? 2 : 1;
}
python$1:::$$17
/!$16 && !this->push && this->on && $6 == 0/
{
	@deep = count();
}
/* Self time is summed at the return, and here once it is 0.1 ms, for what does not return. */
python$1:::$$17
/!$16 && this->on && this->own > 100000 && this->d && !(this->k & 4) && this->el >= $5/
{
	@self4[this->k & ~15] = sum(this->own);
	own[this->at] = 0;
}
python$1:::$$17
/!$16 && this->push && this->outer == 2/
{
	this->w = outer_of[slot, this->code];
	this->outer = this->w && this->w <= this->d && (key[this->b + this->w] & ~15) == this->code ? 0 : 2;
	outer_of[slot, this->code] = this->outer ? this->d + 1 : this->w;
	this->outer = this->outer ? 2 : 0;
}
python$1:::$$17
/!$16 && this->push/
{
	this->d++;
	this->at++;
	depth[slot] = this->d;
	home[this->b + (this->h & 1023)] = this->outer == 1 ? this->d : home[this->b + (this->h & 1023)];
	place[this->b + (((this->f >> 3) ^ (this->f >> 13)) & 1023)] = this->d;
	key[this->at] = this->code | (this->bits & 6) | (this->outer ? 1 : 0);
	frame[this->at] = this->f;
	start[this->at] = this->now;
	charged[this->at] = this->now;
	own[this->at] = 0;
	this->w = walk[slot] + 1;
	this->w = this->w > this->d ? 1 : this->w;
	walk[slot] = this->w;
	this->at = this->b + this->w;
	this->k = key[this->at];
}
python$1:::$$17
/!$16 && this->push && !(this->bits & 4) && $5 == 0/
{
	this->part = 1 + ((this->code >> 6) & 3);
	this->edge = 1 + (((this->code >> 6) ^ (this->code >> 11) ^ (this->caller >> 8)) & 15);
}
python$1:::$$17 /this->part == 1/ { @calls0[this->code] = count(); }
python$1:::$$17 /this->part == 2/ { @calls1[this->code] = count(); }
python$1:::$$17 /this->part == 3/ { @calls2[this->code] = count(); }
python$1:::$$17 /this->part == 4/ { @calls3[this->code] = count(); }
python$1:::$$17 /this->edge == 1/ { @ecalls0[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 2/ { @ecalls1[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 3/ { @ecalls2[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 4/ { @ecalls3[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 5/ { @ecalls4[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 6/ { @ecalls5[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 7/ { @ecalls6[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 8/ { @ecalls7[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 9/ { @ecalls8[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 10/ { @ecalls9[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 11/ { @ecalls10[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 12/ { @ecalls11[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 13/ { @ecalls12[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 14/ { @ecalls13[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 15/ { @ecalls14[this->caller, this->code] = count(); }
python$1:::$$17 /this->edge == 16/ { @ecalls15[this->caller, this->code] = count(); }
/* One frame is looked at at each entry: the total time of what has not returned, every 20 ms. */
python$1:::$$17
/!$16 && this->push && (this->k & 5) == 1 && this->now - charged[this->at] > 20000000 && this->now - start[this->at] >= $5/
{
	this->el = this->now - charged[this->at];
	charged[this->at] = this->now;
	this->caller = this->w == 1 || (key[this->at - 1] & 4) ? 0 : key[this->at - 1] & ~15;
	@total4[this->k & ~15] = sum(this->el);
	@open[this->caller, this->k & ~15] = sum(this->el);
}

/* ---- return */
python$1:::$$18
/!$16 && this->hit/
{
	this->k = key[this->at];
	this->code = this->k & ~15;
	this->el = this->now - start[this->at];
	this->own = own[this->at] + this->now - last[slot];
	this->up = this->now - charged[this->at];
	last[slot] = this->now;
	depth[slot] = this->d - 1;
	over[slot] = 0;
	this->caller = this->d == 1 || (key[this->at - 1] & 4) ? 0 : key[this->at - 1] & ~15;
}
python$1:::$$18
/!$16 && this->thrown/
{
	this->w = home[this->b + (this->h & 1023)];
	this->k = this->code | this->bits;
	this->k |= this->w && this->w <= this->d && (key[this->b + this->w] & ~15) == this->code ? 0 : 1;
	this->el = this->now - last[slot];
	this->own = this->el;
	this->up = this->el;
	last[slot] = this->now;
	this->caller = (key[this->at] & 4) ? 0 : key[this->at] & ~15;
}
python$1:::$$18
/!$16 && !(this->k & 4) && this->el >= $5 && ($5 || this->thrown)/
{
	@calls4[this->code] = count();
	@late[this->caller, this->code] = count();
}
python$1:::$$18
/!$16 && !(this->k & 4) && this->el >= $5/
{
	this->i = this->el >> 32 ? 32 : 0;
	this->i |= (this->el >> this->i) >> 16 ? 16 : 0;
	this->i |= (this->el >> this->i) >> 8 ? 8 : 0;
	this->i |= (this->el >> this->i) >> 4 ? 4 : 0;
	this->i |= (this->el >> this->i) >> 2 ? 2 : 0;
	this->i |= (this->el >> this->i) >> 1 ? 1 : 0;
	this->i = this->i * 4 + (this->i > 1 ? (this->el >> (this->i - 2)) & 3 : this->i ? (this->el & 1) << 1 : 0);
	this->part = 1 + ((this->code >> 6) & 3);
	this->bucket = 1 + ((this->i + (this->code >> 6)) & 15);
}
python$1:::$$18
/this->part == 1/
{
	@self0[this->code] = sum(this->own);
	@returned0[this->code] = count();
	@max0[this->code] = max(this->el);
}
python$1:::$$18
/this->part == 2/
{
	@self1[this->code] = sum(this->own);
	@returned1[this->code] = count();
	@max1[this->code] = max(this->el);
}
python$1:::$$18
/this->part == 3/
{
	@self2[this->code] = sum(this->own);
	@returned2[this->code] = count();
	@max2[this->code] = max(this->el);
}
python$1:::$$18
/this->part == 4/
{
	@self3[this->code] = sum(this->own);
	@returned3[this->code] = count();
	@max3[this->code] = max(this->el);
}
python$1:::$$18 /this->bucket == 1/ { @buckets0[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 2/ { @buckets1[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 3/ { @buckets2[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 4/ { @buckets3[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 5/ { @buckets4[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 6/ { @buckets5[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 7/ { @buckets6[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 8/ { @buckets7[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 9/ { @buckets8[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 10/ { @buckets9[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 11/ { @buckets10[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 12/ { @buckets11[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 13/ { @buckets12[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 14/ { @buckets13[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 15/ { @buckets14[this->code, this->i] = count(); }
python$1:::$$18 /this->bucket == 16/ { @buckets15[this->code, this->i] = count(); }
python$1:::$$18
/!$16 && (this->k & 5) == 1 && this->el >= $5/
{
	this->outer = 1 + ((this->code >> 6) & 3);
	this->edge = 1 + (((this->code >> 6) ^ (this->code >> 11) ^ (this->caller >> 8)) & 15);
}
python$1:::$$18 /this->outer == 1/ { @total0[this->code] = sum(this->up); }
python$1:::$$18 /this->outer == 2/ { @total1[this->code] = sum(this->up); }
python$1:::$$18 /this->outer == 3/ { @total2[this->code] = sum(this->up); }
python$1:::$$18 /this->outer == 4/ { @total3[this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 1/ { @etotal0[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 2/ { @etotal1[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 3/ { @etotal2[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 4/ { @etotal3[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 5/ { @etotal4[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 6/ { @etotal5[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 7/ { @etotal6[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 8/ { @etotal7[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 9/ { @etotal8[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 10/ { @etotal9[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 11/ { @etotal10[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 12/ { @etotal11[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 13/ { @etotal12[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 14/ { @etotal13[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 15/ { @etotal14[this->caller, this->code] = sum(this->up); }
python$1:::$$18 /this->edge == 16/ { @etotal15[this->caller, this->code] = sum(this->up); }

/* ---- snapshots */
/* dtrace reads its sums when its reader has time for it: of what moment they are stands among them. */
profile-50hz
{
	@told = max(timestamp);
}
profile-10hz
/!$16 && timestamp - shown >= $15 * 1000000 - 50000000/
{
	shown = timestamp;
	printa("S\t%@d\n", @told);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls0, @self0, @total0, @returned0, @max0);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls1, @self1, @total1, @returned1, @max1);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls2, @self2, @total2, @returned2, @max2);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls3, @self3, @total3, @returned3, @max3);
	printa("F\t%d\t%@d\t%@d\t%@d\t0\t0\n", @calls4, @self4, @total4);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls0, @etotal0);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls1, @etotal1);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls2, @etotal2);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls3, @etotal3);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls4, @etotal4);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls5, @etotal5);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls6, @etotal6);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls7, @etotal7);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls8, @etotal8);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls9, @etotal9);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls10, @etotal10);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls11, @etotal11);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls12, @etotal12);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls13, @etotal13);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls14, @etotal14);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls15, @etotal15);
	printa("K\t%d\t%d\t%@d\t0\n", @thrown);
	printa("K\t%d\t%d\t%@d\t0\n", @late);
	printa("K\t%d\t%d\t0\t%@d\n", @open);
	printa("B\t%d\t%d\t%@d\n", @buckets0);
	printa("B\t%d\t%d\t%@d\n", @buckets1);
	printa("B\t%d\t%d\t%@d\n", @buckets2);
	printa("B\t%d\t%d\t%@d\n", @buckets3);
	printa("B\t%d\t%d\t%@d\n", @buckets4);
	printa("B\t%d\t%d\t%@d\n", @buckets5);
	printa("B\t%d\t%d\t%@d\n", @buckets6);
	printa("B\t%d\t%d\t%@d\n", @buckets7);
	printa("B\t%d\t%d\t%@d\n", @buckets8);
	printa("B\t%d\t%d\t%@d\n", @buckets9);
	printa("B\t%d\t%d\t%@d\n", @buckets10);
	printa("B\t%d\t%d\t%@d\n", @buckets11);
	printa("B\t%d\t%d\t%@d\n", @buckets12);
	printa("B\t%d\t%d\t%@d\n", @buckets13);
	printa("B\t%d\t%d\t%@d\n", @buckets14);
	printa("B\t%d\t%d\t%@d\n", @buckets15);
	printf("s\t%d\n", timestamp);
}
profile-10hz
/$16 && timestamp - shown >= $15 * 1000000 - 50000000/
{
	shown = timestamp;
	printa("S\t%@d\n", @told);
	printa("F\t%d\t%@d\t0\t0\t0\t0\n", @calls);
	printf("s\t%d\n", timestamp);
}
END /$16/
{
	@told = max(timestamp);
	printa("S\t%@d\n", @told);
	printa("F\t%d\t%@d\t0\t0\t0\t0\n", @calls);
	printf("s\t%d\n", timestamp);
}
END /!$16/
{
	@told = max(timestamp);
	printa("S\t%@d\n", @told);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls0, @self0, @total0, @returned0, @max0);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls1, @self1, @total1, @returned1, @max1);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls2, @self2, @total2, @returned2, @max2);
	printa("F\t%d\t%@d\t%@d\t%@d\t%@d\t%@d\n", @calls3, @self3, @total3, @returned3, @max3);
	printa("F\t%d\t%@d\t%@d\t%@d\t0\t0\n", @calls4, @self4, @total4);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls0, @etotal0);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls1, @etotal1);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls2, @etotal2);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls3, @etotal3);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls4, @etotal4);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls5, @etotal5);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls6, @etotal6);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls7, @etotal7);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls8, @etotal8);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls9, @etotal9);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls10, @etotal10);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls11, @etotal11);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls12, @etotal12);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls13, @etotal13);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls14, @etotal14);
	printa("K\t%d\t%d\t%@d\t%@d\n", @ecalls15, @etotal15);
	printa("K\t%d\t%d\t%@d\t0\n", @thrown);
	printa("K\t%d\t%d\t%@d\t0\n", @late);
	printa("K\t%d\t%d\t0\t%@d\n", @open);
	printa("B\t%d\t%d\t%@d\n", @buckets0);
	printa("B\t%d\t%d\t%@d\n", @buckets1);
	printa("B\t%d\t%d\t%@d\n", @buckets2);
	printa("B\t%d\t%d\t%@d\n", @buckets3);
	printa("B\t%d\t%d\t%@d\n", @buckets4);
	printa("B\t%d\t%d\t%@d\n", @buckets5);
	printa("B\t%d\t%d\t%@d\n", @buckets6);
	printa("B\t%d\t%d\t%@d\n", @buckets7);
	printa("B\t%d\t%d\t%@d\n", @buckets8);
	printa("B\t%d\t%d\t%@d\n", @buckets9);
	printa("B\t%d\t%d\t%@d\n", @buckets10);
	printa("B\t%d\t%d\t%@d\n", @buckets11);
	printa("B\t%d\t%d\t%@d\n", @buckets12);
	printa("B\t%d\t%d\t%@d\n", @buckets13);
	printa("B\t%d\t%d\t%@d\n", @buckets14);
	printa("B\t%d\t%d\t%@d\n", @buckets15);
	printf("s\t%d\n", timestamp);
	printa("L\t%@d\tcalls of threads that found no room (255 at a time)\n", @lost);
	printa("L\t%@d\tcalls nested deeper than 1000\n", @deep);
}
END
{
	printf("Z\t%d\t0\n", timestamp);
}
