import { lazily, section, text } from './scalars.ts'
import type { z } from './zod.ts'

export const acceptSchema = lazily(() =>
  section({
    verdict: text(
      'The verdict that is tolerated, as OUTCOMES by WHO on PATH, such as `read, modified by inline relay on plain`. WHO is an attacker, a vantage, a technique, or a vantage and a technique. Without `by WHO` it is any attacker.',
      'read by mallory on plain',
    ),
    reason: text('The reason why the verdict is tolerated.', 'old clusters'),
    until: text(
      'The last day on which the verdict is tolerated. Default: no last day.',
      '2027-03-01',
      'a date',
    ).optional(),
  }).meta({
    description:
      'A known verdict that is tolerated: an expectation or a policy that only this verdict breaks does not fail.',
  }),
)

export type AcceptSection = z.output<typeof acceptSchema>
