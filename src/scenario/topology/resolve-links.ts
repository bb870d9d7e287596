import { DEFAULT_LINK_OPTIONS, type LinkOptions } from '../../network/link-options.ts'
import { LINK_PROFILES, type LinkProfileName } from '../../network/link-profiles.ts'
import type { LinkBlueprint } from '../../simulation/blueprint.ts'
import type { Findings } from '../problems/findings.ts'
import type { DirectionSection, LinkSection } from '../schema/links.ts'
import { formatDuration } from '../schema/units.ts'
import type { TreePath } from '../tree/tree.ts'

export function resolveLinks(
  sections: ReadonlyMap<string, LinkSection>,
  hostNames: ReadonlySet<string>,
  findings: Findings,
): LinkBlueprint[] {
  return [...sections].map(([name, link]) => {
    const path = ['links', name]
    link.between.forEach((end, index) => {
      findings.checkName([...path, 'between', index], 'host', end, hostNames)
    })
    if (link.between[0] === link.between[1]) {
      findings.report([...path, 'between'], 'contradiction', `both ends are ${link.between[0]}`, {
        hint: 'a host reaches itself over its loopback, which needs no link',
      })
    }
    const directions = directionsOf(link)
    checkDirections(link, directions, path, findings)
    return { name, between: link.between, profile: link.profile ?? null, ...directions }
  })
}

export interface Directions {
  readonly forward: LinkOptions
  readonly backward: LinkOptions
}

/** Profile, then the link's own keys, then those of one direction. */
export function directionsOf(link: LinkSection): Directions {
  const { between: _between, profile, forward, backward, ...both } = link
  return {
    forward: optionsOf(profile, { ...both, ...definedOf(forward) }),
    backward: optionsOf(profile, { ...both, ...definedOf(backward) }),
  }
}

/** Figures of a medium: its profile, and what is said besides. */
export function optionsOf(profile: LinkProfileName | undefined, over: DirectionSection): LinkOptions {
  return withOverrides(profile === undefined ? DEFAULT_LINK_OPTIONS : LINK_PROFILES[profile].options, over)
}

function definedOf(direction: DirectionSection | undefined): DirectionSection {
  return Object.fromEntries(Object.entries(direction ?? {}).filter(([, value]) => value !== undefined))
}

function withOverrides(base: LinkOptions, over: DirectionSection): LinkOptions {
  const mtuBytes = over.mtu ?? base.mtuBytes
  return {
    delayNs: over.delay ?? base.delayNs,
    rateBps: over.rate ?? base.rateBps,
    jitter: over.jitter === undefined ? base.jitter : jitterOf(over.jitter),
    ...lossOf(over.loss, base),
    queueBytes:
      over.queue === undefined
        ? base.queueBytes
        : 'bytes' in over.queue
          ? over.queue.bytes
          : over.queue.packets * mtuBytes,
    mtuBytes,
  }
}

function lossOf(
  loss: DirectionSection['loss'],
  { lossRatio, lossBursts }: LinkOptions,
): Pick<LinkOptions, 'lossRatio' | 'lossBursts'> {
  if (loss === undefined) return { lossRatio, lossBursts }
  if (typeof loss === 'number') return { lossRatio: loss, lossBursts: null }
  const { gilbert } = loss
  const bursts = {
    goodToBad: gilbert['good-to-bad'],
    badToGood: gilbert['bad-to-good'],
    lossInBad: gilbert['loss-in-bad'] ?? 1,
    slotNs: gilbert.slot ?? null,
  }
  return { lossRatio: 0, lossBursts: bursts }
}

function jitterOf(jitter: NonNullable<DirectionSection['jitter']>): LinkOptions['jitter'] {
  if (jitter === 'none') return { kind: 'none' }
  const mayReorder = jitter.reorder ?? false
  if (jitter.uniform !== undefined) return { kind: 'uniform', amplitudeNs: jitter.uniform, mayReorder }
  if (jitter.normal !== undefined) return { kind: 'normal', deviationNs: jitter.normal, mayReorder }
  const logNormal = jitter['log-normal']
  if (logNormal !== undefined)
    return { kind: 'log-normal', medianNs: logNormal.median, p99Ns: logNormal.p99, mayReorder }
  return { kind: 'none' }
}

function checkDirections(
  link: LinkSection,
  { forward, backward }: Directions,
  path: TreePath,
  findings: Findings,
): void {
  checkDirection(forward, link.forward === undefined ? path : [...path, 'forward'], findings)
  checkDirection(backward, link.backward === undefined ? path : [...path, 'backward'], findings)
  const places: [TreePath, DirectionSection | undefined][] = [
    [path, link],
    [[...path, 'forward'], link.forward],
    [[...path, 'backward'], link.backward],
  ]
  for (const [place, section] of places) checkJitter(section?.jitter, place, findings)
}

export function checkJitter(jitter: DirectionSection['jitter'], place: TreePath, findings: Findings): void {
  if (typeof jitter !== 'object') return
  const logNormal = jitter['log-normal']
  const kinds = [jitter.uniform, jitter.normal, logNormal].filter((value) => value !== undefined).length
  if (kinds !== 1)
    findings.report([...place, 'jitter'], 'contradiction', 'jitter is either uniform, normal or log-normal', {
      hint: 'write it like { uniform: 1ms }',
    })
  if (logNormal !== undefined && logNormal.p99 < logNormal.median)
    findings.report([...place, 'jitter', 'log-normal', 'p99'], 'contradiction', 'p99 is less than the median')
}

/** What each key alone cannot tell. */
export function checkDirection(direction: LinkOptions, path: TreePath, findings: Findings): void {
  const { jitter, delayNs, queueBytes, mtuBytes } = direction
  if (jitter.kind === 'uniform' && jitter.amplitudeNs > delayNs) {
    findings.report(
      [...path, 'jitter'],
      'contradiction',
      `jitter of ${formatDuration(jitter.amplitudeNs)} either way is more than the delay of ${formatDuration(delayNs)}`,
    )
  }
  if (queueBytes !== null && queueBytes < mtuBytes) {
    findings.report(
      [...path, 'queue'],
      'contradiction',
      `a queue of ${queueBytes}B never holds a packet of ${mtuBytes}B, the mtu`,
    )
  }
  if (queueBytes !== null && queueBytes > Number.MAX_SAFE_INTEGER / 2)
    findings.report([...path, 'queue'], 'out-of-range', 'the queue is larger than can be counted')
}
