import { type Command, Option } from 'commander'
import type { ModelledPathKind, PathKind, Scheme } from '../cluster/paths/path-kind.ts'
import { PATH_KINDS } from '../cluster/paths/path-kinds.ts'
import { namesOf } from '../engine/registry.ts'
import type { LinkProfile } from '../network/link-profiles/link-profile.ts'
import { LINK_PROFILES } from '../network/link-profiles.ts'
import { formatSpan } from '../report/format-number.ts'
import { IDENTITIES, PATH_ROLE_ENDINGS, PATH_ROLES, PLACES } from '../scenario/attackers/roles.ts'
import { PRESETS } from '../scenario/cluster/presets/presets.ts'
import { CPU_PROFILES } from '../security/cpu-profiles.ts'
import type { Context } from './context.ts'
import { cpuProfileText } from './cpu-profile-text.ts'
import { explainAttack, shippedAttacks } from './read-attacks.ts'
import { UsageError } from './usage-error.ts'

/** What can be listed; each gives values for JSON and a text for people. */
const LISTS: Readonly<Record<string, { readonly values: () => readonly object[]; readonly text: () => string }>> = {
  paths: { values: () => PATH_KINDS, text: () => PATH_KINDS.map(pathText).join('\n') },
  links: {
    values: () => namesOf(LINK_PROFILES).map((name) => ({ name, ...LINK_PROFILES[name] })),
    text: () =>
      namesOf(LINK_PROFILES)
        .map((name) => linkText(name, LINK_PROFILES[name]))
        .join('\n'),
  },
  presets: {
    values: () => Object.values(PRESETS).map(({ name, explanation }) => ({ name, explanation })),
    text: () =>
      Object.values(PRESETS)
        .map(({ name, explanation }) => `  ${name}\n${wrap(explanation, 4)}`)
        .join('\n'),
  },
  attacks: {
    values: () => shippedAttacks().map(explainAttack),
    text: () =>
      shippedAttacks()
        .map(explainAttack)
        .map(({ name, explanation, command }) => `  ${name}\n${wrap(explanation, 4)}    ${command}\n`)
        .join('\n'),
  },
  roles: {
    values: () => [
      ...PATH_ROLES.map((role) => ({ role, of: 'path' })),
      ...Object.entries(PLACES).map(([role, meaning]) => ({ role, of: 'place', meaning })),
      ...Object.entries(IDENTITIES).map(([role, meaning]) => ({ role, of: 'identity', meaning })),
    ],
    text: rolesText,
  },
  cpu: {
    values: () =>
      namesOf(CPU_PROFILES).map((name) => {
        const { figures, description, sources } = CPU_PROFILES[name]
        return { name, figures, description, sources }
      }),
    text: () =>
      namesOf(CPU_PROFILES)
        .map((name) => cpuProfileText(name, CPU_PROFILES[name]))
        .join('\n'),
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
    .description(
      'list the path kinds, presets of clusters, attacks, roles, link profiles and CPU profiles that scenarios can name',
    )
    .argument('[what]', `one of ${Object.keys(LISTS).join(', ')}, or profiles: links and cpu; none: all`)
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

function rolesText(): string {
  const explained = (roles: Readonly<Record<string, string>>) =>
    Object.entries(roles).map(([role, meaning]) => `    ${role}\n${wrap(meaning, 6)}`)
  return [
    '  of paths, the first by name of those that are meant:\n',
    ...PATH_ROLES.map((role) => `    ${role}\n`),
    `${wrap(`behind any of them: ${PATH_ROLE_ENDINGS.join(', ')}`, 6)}`,
    '  of places; it: the first path of the plan that leaves its host\n',
    ...explained(PLACES),
    '  of identities; it: the path of the step\n',
    ...explained(IDENTITIES),
  ].join('')
}

function pathText(kind: PathKind): string {
  const letters = kind.letters === '' ? '' : ` (${kind.letters})`
  const explanation = wrap(kind.explanation, 4)
  if (!kind.modelled) return `  ${kind.name}${letters}: not modelled yet\n${explanation}`
  const { from, to } = kind.ends
  return [
    `  ${kind.name}${letters}\n${explanation}`,
    `    versions: ${kind.versions}\n`,
    from.inCluster === null ? '' : `    in a cluster: from ${from.inCluster} to ${to.inCluster ?? 'HOST'}\n`,
    ...kind.defaults.schemes.map((scheme) => `    ${schemeText(scheme, kind)}\n`),
  ].join('')
}

function schemeText(scheme: Scheme, { defaults, insecurePort }: ModelledPathKind): string {
  const { ports, protocols, tlsVersion, verify, client } = defaults
  const mark = scheme === defaults.scheme ? ', the default' : ''
  if (scheme === 'http')
    return `http${mark}: port ${ports.http}${insecurePort === undefined ? '' : ` at ${insecurePort.address}`}, ${protocols.http}`
  return `https${mark}: port ${ports.https}, ${protocols.https}, tls ${tlsVersion}, verify ${verify}, client ${client}`
}

const WIDTH = 100

function wrap(text: string, indent: number): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== '' && indent + last.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('')
}

function linkText(name: string, { description, options, sources }: LinkProfile): string {
  const shown: Readonly<Record<keyof LinkProfile['options'], string>> = {
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
  if (jitter.kind === 'none') return 'no jitter'
  if (jitter.kind === 'log-normal') return `jitter log-normal ${formatSpan(jitter.medianNs)}`
  const widthNs = jitter.kind === 'normal' ? jitter.deviationNs : jitter.amplitudeNs
  return `jitter ${jitter.kind} ${formatSpan(widthNs)}`
}
