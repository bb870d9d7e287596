import { z } from './zod.ts'

/** The key `sweep` as editors see it. sweep-grid.ts checks its paths and values, with their positions in the file. */
export const sweepSchema = z.unknown().meta({
  description:
    'The values that `onpath sweep` combines into a grid, such as { links.wan.loss: [0%, 1%], seed: 1..30 }. `onpath run` ignores them. Default: none.',
  type: ['object', 'null'],
  additionalProperties: {
    anyOf: [{ type: 'array', minItems: 1 }, { type: 'string', pattern: '^-?\\d+\\.\\.-?\\d+$' }, { type: 'null' }],
  },
})
