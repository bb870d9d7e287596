import { namesOf } from '../../engine/registry.ts'
import { distributionOf } from '../../network/jitter-distributions.ts'
import type { LinkProfile } from '../../network/link-profiles/link-profile.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { formatSpan } from '../format-number.ts'
import type { List } from './list.ts'

export const links: List = {
  meaning: 'link profiles',
  noun: 'link profile',
  group: 'profiles',
  values: () => namesOf(LINK_PROFILES).map((name) => ({ name, ...LINK_PROFILES[name] })),
  items: () => namesOf(LINK_PROFILES).map((name) => ({ name, text: linkText(name, LINK_PROFILES[name]) })),
}

/** Formats a link profile: a line for each key, with its source. */
export function linkText(name: string, { description, options, sources }: LinkProfile): string {
  const shown: Readonly<Record<keyof LinkProfile['sources'], string>> = {
    delayNs: `delay ${formatSpan(options.delayNs)} one way`,
    rateBps: options.rateBps === null ? 'no rate' : `rate ${options.rateBps / 1e6} Mbps`,
    jitter: jitterText(options.jitter),
    lossBursts: 'no bursts of loss',
    lossRatio: `loss ${options.lossRatio * 100}%`,
    queueBytes: options.queueBytes === null ? 'no queue limit' : `queue ${options.queueBytes} B`,
    mtuBytes: `mtu ${options.mtuBytes} B`,
  }
  const lines = Object.entries(shown).map(([key, text]) => `    ${text}: ${sources[key as keyof typeof shown]}\n`)
  return `  ${name}: ${description}\n${lines.join('')}`
}

function jitterText(jitter: LinkProfile['options']['jitter']): string {
  const distributed = distributionOf(jitter)
  if (distributed === null) return 'no jitter'
  return `jitter ${jitter.kind} ${formatSpan(distributed.distribution.kept(distributed.figures).widthNs)}`
}
