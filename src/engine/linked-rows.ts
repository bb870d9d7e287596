import { assert } from './assert.ts'
import { NONE, type Row, type RowColumn } from './table.ts'

// Linked lists of rows: `first` and `last` are columns of the table of owners, `previous` and `next` of the table of
// rows. `appendRow` and `removeRow` are for singly linked lists, which they walk, and so for short ones.

/** Appends `row` to the list of `owner`. */
export function appendRow<Kind extends string>(
  first: RowColumn<Row<Kind>>,
  owner: number,
  next: RowColumn<Row<Kind>>,
  row: Row<Kind>,
): void {
  next[row] = NONE
  let last = first[owner]
  if (last === NONE) {
    first[owner] = row
    return
  }
  while (next[last] !== NONE) last = next[last]
  next[last] = row
}

/** Removes `row`, which must be in the list of `owner`. */
export function removeRow<Kind extends string>(
  first: RowColumn<Row<Kind>>,
  owner: number,
  next: RowColumn<Row<Kind>>,
  row: Row<Kind>,
): void {
  if (first[owner] === row) {
    first[owner] = next[row]
    return
  }
  let before = first[owner]
  while (before !== NONE && next[before] !== row) before = next[before]
  assert(before !== NONE, 'a row that is removed is in the list of its owner')
  next[before] = next[row]
}

/** Appends `row` to the doubly linked list of `owner`. */
export function linkLast<Kind extends string>(
  first: RowColumn<Row<Kind>>,
  last: RowColumn<Row<Kind>>,
  owner: number,
  previous: RowColumn<Row<Kind>>,
  next: RowColumn<Row<Kind>>,
  row: Row<Kind>,
): void {
  const before = last[owner]
  previous[row] = before
  next[row] = NONE
  if (before === NONE) first[owner] = row
  else next[before] = row
  last[owner] = row
}

/**
 * Inserts `row` into the doubly linked list of `owner`, which is in the order of `order`. The place is searched backwards
 * from `from`, a row of the list before which it cannot be missed: the last, or one that comes after `row`.
 */
export function linkInOrder<Kind extends string>(
  first: RowColumn<Row<Kind>>,
  last: RowColumn<Row<Kind>>,
  owner: number,
  previous: RowColumn<Row<Kind>>,
  next: RowColumn<Row<Kind>>,
  order: { readonly [row: number]: number },
  row: Row<Kind>,
  from: Row<Kind> = last[owner],
): void {
  let before = from
  while (before !== NONE && order[before] > order[row]) before = previous[before]
  const after = before === NONE ? first[owner] : next[before]
  previous[row] = before
  next[row] = after
  if (before === NONE) first[owner] = row
  else next[before] = row
  if (after === NONE) last[owner] = row
  else previous[after] = row
}

/** Removes `row`, which must be in the doubly linked list of `owner`. */
export function unlinkRow<Kind extends string>(
  first: RowColumn<Row<Kind>>,
  last: RowColumn<Row<Kind>>,
  owner: number,
  previous: RowColumn<Row<Kind>>,
  next: RowColumn<Row<Kind>>,
  row: Row<Kind>,
): void {
  const before = previous[row]
  const after = next[row]
  if (before === NONE) first[owner] = after
  else next[before] = after
  if (after === NONE) last[owner] = before
  else previous[after] = before
}
