import { HOST_KEYS } from '../host-keys.ts'
import { lazily, optionalShape, section } from './scalars.ts'
import type { z } from './zod.ts'

export const hostSchema = lazily(() =>
  section(optionalShape(HOST_KEYS), 'the defaults').meta({
    description:
      'A host. Every host also has a loopback interface with the link profile localhost, which carries paths within the host.',
  }),
)

export type HostSection = z.output<typeof hostSchema>
