import { z } from 'zod'

/** What editors know of it. Its paths and values are checked in the tree (sweep-grid.ts), where each knows its place. */
export const sweepSchema = z.unknown().meta({
  description:
    'The grid that `onpath sweep` runs, every value with every other: { links.wan.loss: [0%, 1%], seed: 1..30 }. `onpath run` leaves it aside.',
  type: ['object', 'null'],
  additionalProperties: {
    anyOf: [{ type: 'array', minItems: 1 }, { type: 'string', pattern: '^-?\\d+\\.\\.-?\\d+$' }, { type: 'null' }],
  },
})
