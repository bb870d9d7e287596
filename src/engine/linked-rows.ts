import { NONE, type Row, type RowColumn } from './table.ts'

// Singly linked lists of rows: `first` is a column of the table of owners, `next` one of the table of rows. Both
// functions walk the list, so that they are for short lists.

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
  while (next[before] !== row) before = next[before]
  next[before] = next[row]
}
