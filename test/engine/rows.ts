import type { Row } from '../../src/engine/table.ts'

/** A row of People (people.ts). */
export type Person = Row<'Person'>
