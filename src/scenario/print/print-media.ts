import { isNameOf } from '../../engine/registry.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { formatDuration } from '../schema/units.ts'
import { type Growable, growTree } from '../tree/build-tree.ts'
import type { Origin } from '../tree/origin.ts'
import { mergeTrees, type Tree, treeAt } from '../tree/tree.ts'

/** The figures of every link and segment that names a profile. */
export function spelledMedia(printable: Tree, origin: Origin): Tree {
  const sections = ['links', 'segments'].map((section): Tree => {
    const media = treeAt(printable, [section])
    const figures: [string, Tree][] = []
    for (const [name, { tree }] of media?.kind === 'map' ? media.entries : []) {
      const written = treeAt(tree, ['profile'])
      const profile = written?.kind === 'scalar' ? String(written.value) : ''
      if (isNameOf(LINK_PROFILES, profile))
        figures.push([name, growTree(figuresOf(LINK_PROFILES[profile].options), origin(`profile ${profile}`))])
    }
    return growTree({ [section]: Object.fromEntries(figures) }, origin('default'))
  })
  return sections.reduce(mergeTrees)
}

function figuresOf({ delayNs, rateBps, jitter, lossRatio, queueBytes, mtuBytes }: LinkOptions): Growable {
  return {
    delay: formatDuration(delayNs),
    rate: rateBps === null ? undefined : `${rateBps}bps`,
    jitter: jitterText(jitter),
    loss: percent(lossRatio),
    queue: queueBytes === null ? undefined : `${queueBytes}B`,
    mtu: mtuBytes,
  }
}

function jitterText(jitter: LinkOptions['jitter']): Growable {
  if (jitter.kind === 'none') return 'none'
  const reorder = jitter.mayReorder
  if (jitter.kind === 'uniform') return { uniform: formatDuration(jitter.amplitudeNs), reorder }
  if (jitter.kind === 'log-normal')
    return { 'log-normal': { median: formatDuration(jitter.medianNs), p99: formatDuration(jitter.p99Ns) }, reorder }
  return { normal: formatDuration(jitter.deviationNs), reorder }
}

/** The shortest text that reads as the same ratio. */
function percent(ratio: number): string {
  for (let digits = 0; digits < 20; digits++) {
    const text = (ratio * 100).toFixed(digits)
    if (Number(`${text}e-2`) === ratio) return `${text}%`
  }
  return `${ratio * 100}%`
}
