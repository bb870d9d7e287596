import { mermaid } from './mermaid.ts'
import { ndjson } from './ndjson.ts'
import { perfetto } from './perfetto.ts'
import type { TraceFormat } from './trace-format.ts'

/** The formats of `onpath trace`, by name. */
export const TRACE_FORMATS = {
  perfetto,
  mermaid,
  ndjson,
} satisfies Readonly<Record<string, TraceFormat>>
