// Package periods says where in a stream that comes round and round one Period (ISO/IEC 23009-1, 5.3.2) ends and the next begins: always between two of its segments.
//
// A Split cuts a loop into Periods of an hour's equal parts. Breaks interrupt a loop every so often, for about so long.
//
// Comes from: timeline, whose Loop is cut. Goes to: presentation, which says what each Period shows. The rule: arithmetic only. Each Period is found by its number or by a time, however many come before
// it, and where it begins depends on nothing that has happened.
package periods
