import { z } from 'zod'
import { section, text } from './scalars.ts'

export const acceptSchema = section({
  verdict: z.string('expected a text').meta({ description: 'What is tolerated: `read by mallory on plain`.' }),
  reason: text('Why.'),
  until: z
    .string('expected a date such as 2027-03-01')
    .meta({ description: 'The last day on which it is: 2027-03-01. Default: for good.' })
    .optional(),
}).meta({ description: 'A verdict that is known and tolerated, so that what expects otherwise does not fail.' })

export type AcceptSection = z.output<typeof acceptSchema>
