import { namesOf } from '../../engine/registry.ts'
import { CONGESTION_CONTROLS } from '../../transport/congestion/congestion-controls.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { LOSS_RECOVERIES } from '../../transport/recovery/loss-recoveries.ts'
import type { LossRecoveryDescriptor } from '../../transport/recovery/loss-recovery.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { orList } from '../../values/kinds.ts'
import { quoted } from '../../values/units.ts'
import { choice, flag, openChoice } from '../schema/scalars.ts'
import { isWindowBased, needsControl, tcpKey } from './tcp-key.ts'

/** The loss recoveries that a scenario can choose independently of a profile. */
const RECOVERIES = namesOf(LOSS_RECOVERIES).filter((name) => LOSS_RECOVERIES[name].description !== null)

/** Returns the loss recoveries with a property, for messages. */
function recoveriesThat(areAble: (recovery: LossRecoveryDescriptor) => boolean): string {
  return `recovery: ${orList(namesOf(LOSS_RECOVERIES).filter((name) => areAble(LOSS_RECOVERIES[name])))}`
}

export const profile = tcpKey({
  schema: () =>
    choice(
      'The TCP implementation that gives the defaults of timers, delayed acknowledgements, loss recovery and buffers. linux: the Linux kernel; rfc: the RFCs; ns3: the simulator ns-3. Default: linux.',
      namesOf(TCP_PROFILES),
    ),
  set: (profile) => ({ profile }),
  print: ({ profile }) => profile,
})

export const congestion = tcpKey({
  schema: () =>
    openChoice(
      `The congestion control with which this host sends. ${namesOf(CONGESTION_CONTROLS)
        .map((name) => `${name}: ${CONGESTION_CONTROLS[name].description}`)
        .join('; ')}. Default: cubic.`,
      namesOf(CONGESTION_CONTROLS),
    ),
  set: (congestion) => ({ congestion }),
  check(written, { controls }) {
    const names = namesOf(controls)
    if (names.includes(written)) return []
    const message = `expected ${orList(names)}, found ${quoted(written)}`
    return [{ code: 'unknown-value', message, hint: () => didYouMean(written, names) }]
  },
  print: ({ congestion }) => congestion,
})

export const recovery = tcpKey({
  schema: () =>
    choice(
      `How TCP detects and repairs losses. ${RECOVERIES.map((name) => `${name}: ${LOSS_RECOVERIES[name].description}`).join('; ')}. Default: the value of the profile.`,
      RECOVERIES,
    ),
  override: (recovery) => ({ recovery }),
})

export const undo = tcpKey({
  schema: () =>
    flag(
      'Whether TCP reports duplicates (D-SACK) and undoes a reduction of its window that was not caused by a loss (Eifel, F-RTO). Default: the value of the profile.',
    ),
  override: (undoesSpurious) => ({ undoesSpurious }),
})

export const limitedTransmit = tcpKey({
  schema: () =>
    flag(
      'Whether the first duplicate acknowledgements let TCP send new data before it assumes a loss (RFC 3042). Default: true.',
    ),
  override: (hasLimitedTransmit) => ({ hasLimitedTransmit }),
})

export const prr = tcpKey({
  schema: () =>
    flag(
      'Whether TCP spreads the reduction of its window over fast recovery (RFC 6937). false: the window shrinks at once (RFC 6675). Not for bbr. Default: true.',
    ),
  override: (spreadsReduction) => ({ spreadsReduction }),
  check(_, settings) {
    const { ownReduction }: LossRecoveryDescriptor = LOSS_RECOVERIES[settings.recovery]
    const needs = recoveriesThat((other) => other.ownReduction === undefined)
    return [
      ...needsControl(settings, isWindowBased),
      ...(ownReduction === undefined ? [] : [{ needs, has: ownReduction }]),
    ]
  },
})

export const tailLossProbe = tcpKey({
  schema: () =>
    flag(
      'Whether TCP probes for a lost tail after two round trips (RFC 8985 section 7). Only with `recovery: rack`. Default: true.',
    ),
  override: (probesTail) => ({ probesTail }),
  check(_, { recovery }) {
    const { probesTail }: LossRecoveryDescriptor = LOSS_RECOVERIES[recovery]
    const needs = recoveriesThat((other) => other.probesTail === true)
    return probesTail === undefined ? [{ needs, has: `recovery: ${recovery}` }] : []
  },
})

export const hystart = tcpKey({
  schema: () =>
    flag(
      'Whether CUBIC leaves slow start when delays grow, before the queue overflows (HyStart). Default: the value of the profile.',
    ),
  override: (hasHystart) => ({ hasHystart }),
  check: (_, settings) => needsControl(settings, ({ hasHystart }) => hasHystart === true),
})

export const pacing = tcpKey({
  schema: () =>
    flag(
      'Whether TCP spaces what it sends over the round trip, as Linux does for hosts whose queue is fq (net.core.default_qdisc). bbr does in any case. Default: false.',
    ),
  override: (paces) => ({ paces }),
  check: (_, settings) => needsControl(settings, isWindowBased),
})
