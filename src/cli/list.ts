import { type Command, Option } from 'commander'
import { PATH_KINDS, type PathKind } from '../cluster/path-kinds.ts'
import { LINK_PROFILES, type LinkProfile } from '../network/link-profiles.ts'
import { formatSpan } from '../report/format-number.ts'
import { CPU_PROFILE_SOURCES } from '../security/cpu-profile-sources.ts'
import type { CpuProfileName } from '../security/cpu-profiles.ts'
import { CPU_PROFILES } from '../security/cpu-profiles.ts'
import type { Context } from './context.ts'
import { cpuProfileText } from './cpu-profile-text.ts'
import { UsageError } from './usage-error.ts'

const CPU_NAMES = Object.keys(CPU_PROFILES) as CpuProfileName[]

/** What can be listed; each gives values for JSON and a text for people. */
const LISTS: Readonly<Record<string, { readonly values: () => readonly object[]; readonly text: () => string }>> = {
  paths: { values: () => [...PATH_KINDS.values()], text: () => [...PATH_KINDS.values()].map(pathText).join('\n') },
  links: {
    values: () => [...LINK_PROFILES.values()],
    text: () => [...LINK_PROFILES.values()].map(linkText).join('\n'),
  },
  cpu: {
    values: () => CPU_NAMES.map((name) => ({ name, figures: CPU_PROFILES[name], ...CPU_PROFILE_SOURCES[name] })),
    text: () => CPU_NAMES.map((name) => cpuProfileText(name, CPU_PROFILES[name], CPU_PROFILE_SOURCES[name])).join('\n'),
  },
}

/** Lists that go by one name. */
const GROUPS: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  [undefined, Object.keys(LISTS)],
  ['profiles', ['links', 'cpu']],
])

export function addList(program: Command, { io }: Context): void {
  program
    .command('list')
    .description('list the path kinds, link profiles and CPU profiles that scenarios can name')
    .argument('[what]', `one of ${Object.keys(LISTS).join(', ')}, or profiles: the last two; none: all`)
    .addOption(new Option('--json', 'print JSON'))
    .addHelpText('after', '\nExample:\n  onpath list paths')
    .action((what: string | undefined, options: { readonly json?: true }) => {
      const names = GROUPS.get(what) ?? [String(what)]
      for (const name of names)
        if (!Object.hasOwn(LISTS, name))
          throw new UsageError(`there is no list of ${name}; there are ${Object.keys(LISTS).join(', ')} and profiles`)
      if (options.json)
        io.out(`${JSON.stringify(Object.fromEntries(names.map((name) => [name, LISTS[name].values()])), null, 2)}\n`)
      else io.out(names.map((name) => `${name}\n\n${LISTS[name].text()}`).join('\n'))
    })
}

function pathText(kind: PathKind): string {
  const letters = kind.letters === '' ? '' : ` (${kind.letters})`
  if (!kind.modelled) return `  ${kind.name}${letters}: not modelled yet\n    ${kind.explanation}\n`
  const { scheme, httpPort, httpsPort, tlsVersion, verify, client } = kind.defaults
  const plain = kind.defaults.schemes.includes('http') ? `, http on port ${httpPort}` : ''
  const defaults = `defaults: scheme ${scheme}, https on port ${httpsPort}${plain}, tls ${tlsVersion}, verify ${verify}, client ${client}`
  return `  ${kind.name}${letters}\n    ${kind.explanation}\n    ${defaults}\n`
}

function linkText({ name, description, options, sources }: LinkProfile): string {
  const shown: Readonly<Record<keyof LinkProfile['options'], string>> = {
    delayNs: `delay ${formatSpan(options.delayNs)} one way`,
    rateBps: options.rateBps === null ? 'no rate' : `rate ${options.rateBps / 1e6} Mbps`,
    jitter: jitterText(options.jitter),
    lossRatio: `loss ${options.lossRatio * 100}%`,
    queueBytes: options.queueBytes === null ? 'no queue limit' : `queue ${options.queueBytes} B`,
    mtuBytes: `mtu ${options.mtuBytes} B`,
  }
  const lines = Object.entries(shown).map(([key, text]) => `    ${text}: ${sources[key as keyof typeof shown]}\n`)
  return `  ${name}: ${description}\n${lines.join('')}`
}

function jitterText(jitter: LinkProfile['options']['jitter']): string {
  if (jitter.kind === 'none') return 'no jitter'
  const widthNs = jitter.kind === 'normal' ? jitter.deviationNs : jitter.amplitudeNs
  return `jitter ${jitter.kind} ${formatSpan(widthNs)}`
}
