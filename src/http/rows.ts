import type { Row } from '../engine/table.ts'

/** A row of ExchangeTable (exchange.ts). */
export type Exchange = Row<'Exchange'>

/** A row of HpackTables (hpack/hpack-tables.ts). */
export type Hpack = Row<'Hpack'>

/** A row of HttpConnectionTable (http-connection.ts). */
export type HttpConnection = Row<'HttpConnection'>
