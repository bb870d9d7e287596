import { lazily, section, text } from './scalars.ts'
import type { z } from './zod.ts'

export const acceptSchema = lazily(() =>
  section({
    verdict: text(
      'The verdict that is tolerated, as OUTCOMES by WHO on PATH, such as `read, modified by inline relay on plain`. WHO is an attacker, a vantage, a technique, or a vantage and a technique. Without `by WHO` it is any attacker. Default: none.',
      'read by mallory on plain',
    ).optional(),
    unknown: text(
      'What is not known and is tolerated, by its cause. An entry has either this or `verdict`. Default: none.',
      'remotedialer',
    ).optional(),
    reason: text('The reason why it is tolerated.', 'old clusters'),
    until: text('The last day on which it is tolerated. Default: no last day.', '2027-03-01', 'a date').optional(),
  }).meta({
    description:
      'A known verdict that is tolerated: an expectation or a policy that only this verdict breaks does not fail. Or something that is not known and is tolerated.',
  }),
)

export type AcceptSection = z.output<typeof acceptSchema>
