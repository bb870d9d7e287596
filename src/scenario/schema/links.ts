import { z } from 'zod'
import { fieldOf, namesOf } from '../../engine/registry.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { LINK_KEYS } from '../link-keys.ts'
import { choice, reference, section } from './scalars.ts'

/** Figures of one direction of a medium. */
export const directionShape = fieldOf(LINK_KEYS, 'schema')

export const directionSchema = section(directionShape)
export type DirectionSection = z.output<typeof directionSchema>

export const profile = choice(
  'Figures to begin with, which the other keys override. `onpath list links` shows them.',
  namesOf(LINK_PROFILES),
).optional()

export const linkSchema = section({
  between: z
    .tuple([reference('First end.'), reference('Second end.')], 'expected a list of two hosts')
    .meta({ description: 'The two hosts that the link joins. `forward` goes from the first to the second.' }),
  profile,
  ...directionShape,
  forward: directionSchema.meta({ description: 'What differs from the first end to the second.' }).optional(),
  backward: directionSchema.meta({ description: 'What differs from the second end to the first.' }).optional(),
}).meta({ description: 'A full-duplex link between two hosts.' })

export type LinkSection = z.output<typeof linkSchema>
