import { fieldOf, namesOf } from '../../engine/registry.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { LINK_KEYS } from '../link-keys.ts'
import { choice, lazily, reference, SCALAR_TEXTS, section } from './scalars.ts'
import { z } from './zod.ts'

/** The keys of one direction of a link. */
export const directionShape = fieldOf(LINK_KEYS, 'schema')

const direction = (description: string) => lazily(() => section(directionShape).meta({ description }))
export type DirectionSection = z.output<ReturnType<typeof direction>>

export const profile = choice(
  'A link profile, which gives the values that the other keys do not give. `onpath list links` shows the profiles. Default: none.',
  namesOf(LINK_PROFILES),
).optional()

export const linkSchema = section({
  between: z
    .tuple([reference('The first host.'), reference('The second host.')], 'expected a list of two hosts')
    .meta({
      description: 'The two hosts that the link connects. `forward` is the direction from the first to the second.',
    })
    .register(SCALAR_TEXTS, { kind: 'a list of two hosts', units: [], example: '[client, server]' }),
  profile,
  ...directionShape,
  forward: direction('Values for the direction from the first host to the second only.').optional(),
  backward: direction('Values for the direction from the second host to the first only.').optional(),
}).meta({ description: 'A full-duplex link between two hosts.' })

export type LinkSection = z.output<typeof linkSchema>
