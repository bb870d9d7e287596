import type { LinkOptions } from '../../network/link-options.ts'
import { DURATION, formatDuration, parseQuantity } from '../../values/units.ts'
import { choice, durationNs, flag, section } from '../schema/scalars.ts'
import { z } from '../schema/zod.ts'
import type { TreeInput } from '../tree/build-tree.ts'
import type { LinkKey } from './link-key.ts'

const reorder = flag('Whether a packet can overtake an earlier one. Default: false.').optional()

const schema = z
  .union([
    choice('No jitter.', ['none'], [], (written) =>
      parseQuantity(DURATION, written).ok ? `did you mean { normal: ${written} }?` : 'write it like { normal: 1ms }',
    ),
    section({
      uniform: durationNs(
        'The delay varies uniformly by up to this time in both directions. The value is at most the delay itself.',
        {
          to: '1h',
        },
      ).optional(),
      normal: durationNs('The standard deviation of a delay that varies normally; the delay is never below zero.', {
        to: '1h',
      }).optional(),
      'log-normal': section({
        median: durationNs('The median of the additional delay.', { from: '1ns', to: '1h' }),
        p99: durationNs('The 99th percentile of the additional delay.', { from: '1ns', to: '1h' }),
      })
        .meta({
          description:
            'An additional delay with a log-normal distribution, which has a long tail, as on shared and wireless networks.',
        })
        .optional(),
      reorder,
    }),
  ])
  .meta({
    description:
      'The variation of the delay from packet to packet: none, { uniform: 1ms }, { normal: 1ms } or { log-normal: { median: 1ms, p99: 10ms } }. Default: none.',
  })
  .optional()

export const jitter: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (written) => ({ jitter: jitterOf(written) }),
  print: (options) => jitterText(options.jitter),
  checkWritten(written) {
    if (written === 'none') return []
    const logNormal = written['log-normal']
    const kinds = [written.uniform, written.normal, logNormal].filter((value) => value !== undefined).length
    const isReversed = logNormal !== undefined && logNormal.p99 < logNormal.median
    return [
      ...(kinds === 1
        ? []
        : ([
            {
              code: 'contradiction',
              message: 'jitter has exactly one of the keys uniform, normal and log-normal',
              hint: 'write it like { uniform: 1ms }',
            },
          ] as const)),
      ...(isReversed
        ? ([
            {
              code: 'contradiction',
              message: 'the 99th percentile is less than the median',
              at: ['log-normal', 'p99'],
            },
          ] as const)
        : []),
    ]
  },
  check({ jitter, delayNs }) {
    if (jitter.kind !== 'uniform' || jitter.amplitudeNs <= delayNs) return []
    const message = `a jitter of ${formatDuration(jitter.amplitudeNs)} is more than the delay of ${formatDuration(delayNs)}`
    return [{ code: 'contradiction', message }]
  },
}

function jitterOf(jitter: NonNullable<z.output<typeof schema>>): LinkOptions['jitter'] {
  if (jitter === 'none') return { kind: 'none' }
  const canReorder = jitter.reorder ?? false
  if (jitter.uniform !== undefined) return { kind: 'uniform', amplitudeNs: jitter.uniform, canReorder }
  if (jitter.normal !== undefined) return { kind: 'normal', deviationNs: jitter.normal, canReorder }
  const logNormal = jitter['log-normal']
  if (logNormal !== undefined)
    return { kind: 'log-normal', medianNs: logNormal.median, p99Ns: logNormal.p99, canReorder }
  return { kind: 'none' }
}

function jitterText(jitter: LinkOptions['jitter']): TreeInput {
  if (jitter.kind === 'none') return 'none'
  const reorder = jitter.canReorder
  if (jitter.kind === 'uniform') return { uniform: formatDuration(jitter.amplitudeNs), reorder }
  if (jitter.kind === 'log-normal')
    return { 'log-normal': { median: formatDuration(jitter.medianNs), p99: formatDuration(jitter.p99Ns) }, reorder }
  return { normal: formatDuration(jitter.deviationNs), reorder }
}
