import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import { isNameOf } from '../../engine/registry.ts'
import type { HostBlueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import { type AttackerBlueprint, type AttackStepBlueprint, GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import { sshHostKeyName, sshHostsOf } from '../../simulation/lookups/members.ts'
import type { PodMember } from '../cluster/cluster-members.ts'
import type { AttackerSection } from '../schema/attackers.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import { resolveAllies } from './resolve-allies.ts'
import { resolveStep, type StepContext, type StepDraft } from './resolve-attack-steps.ts'
import type { Lookup, Roles } from './resolve-roles.ts'
import type { Place, RoleContext } from './role-lookups.ts'
import { IDENTITIES, isRole, PLACES, type RoleEntry } from './roles.ts'

export interface AttackEnvironment extends RoleContext {
  readonly hosts: readonly HostBlueprint[]
}

/**
 * Resolves attackers: roles become names. Roles without a match in this scenario are listed in `absent`; they are no
 * problem.
 */
export function resolveAttackers(
  sections: ReadonlyMap<string, AttackerSection>,
  roles: Roles,
  environment: AttackEnvironment,
  findings: Findings,
): AttackerBlueprint[] {
  const allies = resolveAllies(sections, findings)
  const drafts = [...sections].map(([name, section]) => {
    const resolver = new AttackerResolver(name, section, roles, environment, findings)
    return { name, resolver, ...resolver.draft() }
  })
  return drafts.map((own) => {
    const names = allies.get(own.name) ?? []
    const theirs = drafts.filter(({ name }) => names.includes(name))
    return { ...own.resolver.resolve(own, theirs), allies: names }
  })
}

/** An attacker of which only the identities and paths are resolved. */
interface AttackerDraft {
  readonly steps: readonly (StepDraft | null)[]
  readonly held: readonly Lookup<string>[]
}

class AttackerResolver implements StepContext {
  readonly findings: Findings
  readonly roles: Roles
  readonly environment: AttackEnvironment
  readonly place: TreePath
  readonly section: AttackerSection
  /** The sections of its allies, whose tokens and private keys it shares. */
  allies: readonly AttackerSection[] = []
  readonly #name: string
  /**
   * The path that `it` stands for in roles: the first path of the plan that leaves the attacker's host, otherwise the
   * first path.
   */
  #it: PathBlueprint | null = null
  /** The place of the attacker, after the first lookup. */
  #position: Lookup<Place> | null = null

  constructor(
    name: string,
    section: AttackerSection,
    roles: Roles,
    environment: AttackEnvironment,
    findings: Findings,
  ) {
    this.#name = name
    this.section = section
    this.roles = roles
    this.environment = environment
    this.findings = findings
    this.place = ['attackers', name]
  }

  draft(): AttackerDraft {
    const { holds = [], plan } = this.section
    const steps = plan.map((step, index) =>
      step === undefined ? null : this.#pathsOf(step.path, step.technique, index),
    )
    const instances = steps.flatMap((step) => step?.paths ?? []).flatMap((path) => this.roles.instanceOf(path) ?? [])
    this.#it = instances.find(({ from, to }) => from !== to) ?? instances[0] ?? null
    return { steps, held: holds.map((text, i) => this.identity(text, [...this.place, 'holds', i])) }
  }

  resolve(
    { steps: drafts, held }: AttackerDraft,
    allies: readonly (Pick<AttackerDraft, 'held'> & { readonly resolver: AttackerResolver })[],
  ): Omit<AttackerBlueprint, 'allies'> {
    const { vantage, plan } = this.section
    this.allies = allies.map(({ resolver }) => resolver.section)
    const on = this.#place
    const names = [...new Set([held, ...allies.map((ally) => ally.held)].flatMap(namesOf))]
    const missing = [on, ...held].find((one) => 'absent' in one)
    const steps: AttackStepBlueprint[] = []
    const absent: AttackerBlueprint['absent'][number][] = []
    plan.forEach((section, index) => {
      const step = drafts[index]
      if (section === undefined || step === null) return
      const resolved = resolveStep(section, step, index, names, this)
      const isHere = missing === undefined && 'value' in resolved
      if (isHere) steps.push(resolved.value)
      // Some paths of a list can exist while others do not.
      const paths = [...(isHere ? [] : step.paths), ...(step.absent === null ? [] : [step.absent])]
      absent.push(...paths.map((path) => ({ technique: section.technique, path })))
    })
    return {
      name: this.#name,
      vantage,
      on: 'value' in on ? on.value : this.#anyPlace(),
      holds: names,
      plan: steps,
      absent,
    }
  }

  /** Finds a host by its name or role; `it` in a role is a path of the step. */
  host(text: string, place: TreePath, it = this.#it): Lookup<string> {
    if (isRole(text)) {
      const found = this.#placeByRole(text, place, it)
      if ('absent' in found) return found
      if (found.value.kind === 'host') return { value: found.value.name }
      this.findings.contradict(place, `${text} is not a host`)
      return { absent: text }
    }
    const pods = this.#pods()
    this.findings.checkName(place, 'host', text, this.findings.namesIn('hosts'), pods)
    return { value: pods.get(text)?.host ?? text }
  }

  /** Finds a certificate, CA or token by its name or role. */
  identity(text: string, place: TreePath, it = this.#it): Lookup<string> {
    if (isRole(text)) {
      const name = this.#byRole(IDENTITIES, text, 'of an identity', place, it)
      return name === null ? { absent: text } : { value: name }
    }
    const { identities, paths } = this.environment
    const isHostKey = [...sshHostsOf(paths)].some((host) => sshHostKeyName(host) === text)
    if (!isHostKey) this.findings.checkName(place, 'identity', text, identities.byName)
    return { value: text }
  }

  #pathsOf(
    written: string | readonly string[] = 'every path',
    technique: StepDraft['technique'],
    index: number,
  ): StepDraft {
    const texts = typeof written === 'string' ? [written] : written
    const paths: string[] = []
    let absent: string | null = null
    texts.forEach((text, i) => {
      const steps = typeof written === 'string' ? ['path'] : ['path', i]
      const found = this.#pathsNamed(text, [...this.place, 'plan', index, ...steps])
      if ('absent' in found) absent ??= found.absent
      else paths.push(...found.value.filter((path) => !paths.includes(path)))
    })
    return { technique, paths, absent }
  }

  #pathsNamed(text: string, place: TreePath): Lookup<readonly string[]> {
    const found = this.roles.pathsNamed(text)
    if (found === null) {
      this.findings.report(place, 'unknown-name', `no path has the role "${text}"`, { hint: this.roles.hint })
      return { absent: text }
    }
    if (!isRole(text)) this.findings.checkName(place, 'path', text, this.findings.namesIn('paths'))
    return found.length === 0 ? { absent: text } : { value: found }
  }

  get ownCredential(): string | null {
    const on = this.#place
    return 'value' in on ? this.roles.credentialOf(this.section.vantage, on.value) : null
  }

  get #place(): Lookup<Place> {
    this.#position ??= this.#on()
    return this.#position
  }

  #on(): Lookup<Place> {
    const { on, vantage } = this.section
    if (!VANTAGES[vantage].hasNetworkPlace) return this.#user()
    if (this.section.as !== undefined)
      this.findings.contradict([...this.place, 'as'], '`as` names the user of an attacker whose vantage is user', {
        at: 'key',
        hint: 'write `on` with the place of the attacker',
      })
    if (on === undefined) {
      const { isOnHost } = VANTAGES[vantage]
      const hint = isOnHost ? 'write the host of the attacker' : 'write the link or segment of the attacker'
      this.findings.reportMissing(this.place, 'on', hint)
      return { absent: '' }
    }
    const place = [...this.place, 'on']
    const found = isRole(on) ? this.#placeByRole(on, place) : this.#placeNamed(on, place)
    if ('value' in found) this.#checkVantage(found.value, vantage, place)
    return found
  }

  #checkVantage({ kind, name }: Place, vantage: Vantage, place: TreePath): void {
    const { isOnHost } = VANTAGES[vantage]
    if (isOnHost && kind !== 'host')
      this.findings.contradict(place, `the vantage ${vantage} needs a host, and ${name} is a ${kind}`, {
        hint: 'name a host, or use the vantage passive, side or inline',
      })
    // A role can stand for the host whose loopback carries the path. No attacker on a network observes that loopback.
    if (!isOnHost && kind === 'host' && !isRole(this.section.on ?? ''))
      this.findings.contradict(place, `the vantage ${vantage} needs a link or segment, and ${name} is a host`, {
        hint: 'name a link or segment, or use the vantage pod or node',
      })
  }

  #user(): Lookup<Place> {
    const { as, on } = this.section
    if (on !== undefined)
      this.findings.contradict([...this.place, 'on'], 'an attacker whose vantage is user has no place on the network', {
        at: 'key',
        hint: 'write `as` with a name of cluster.users, or with the host of the user',
      })
    if (as === undefined) {
      const users = this.environment.cluster?.members.users
      if (on === undefined && users?.size === 1) return { value: { kind: 'host', name: [...users.keys()][0] } }
      if (on === undefined)
        this.findings.reportMissing(this.place, 'as', 'write a name of cluster.users, or the host of the user')
      return { absent: '' }
    }
    const host = this.host(as, [...this.place, 'as'])
    return 'absent' in host ? host : { value: { kind: 'host', name: host.value } }
  }

  #placeByRole(text: string, place: TreePath, it = this.#it): Lookup<Place> {
    const found = this.#byRole(PLACES, text, 'of a place', place, it)
    return found === null ? { absent: text } : { value: found }
  }

  /** Finds what has a role; null for nothing. Reports a text that is no role of the registry. */
  #byRole<Found>(
    registry: Readonly<Record<string, RoleEntry<Found>>>,
    text: string,
    what: string,
    place: TreePath,
    it: PathBlueprint | null,
  ): Found | null {
    const find = (role: string) => registry[role].find(this.roles.lookups, it, () => this.ownCredential)
    if (isNameOf(registry, text)) return find(text)
    const existing = Object.keys(registry).filter((role) => find(role) !== null)
    this.findings.report(place, 'unknown-name', `"${text}" is not a role ${what}`, {
      hint: `roles in this scenario: ${existing.join(', ')}`,
    })
    return null
  }

  #placeNamed(name: string, place: TreePath): Lookup<Place> {
    const [links, segments, hosts] = ['links', 'segments', 'hosts'].map((section) => this.findings.namesIn(section))
    if (links.has(name) && hosts.has(name))
      this.findings.contradict(place, `${name} is the name of both a link and a host`)
    if (links.has(name)) return { value: { kind: 'link', name } }
    if (segments.has(name)) return { value: { kind: 'segment', name } }
    const what = 'link, segment, host or pod'
    const isKnown = this.findings.checkName(place, what, name, links, segments, hosts, this.#pods())
    return isKnown ? { value: { kind: 'host', name } } : { absent: name }
  }

  /** Returns all pods by name, including pods with host network, which are not hosts. */
  #pods(): ReadonlyMap<string, PodMember> {
    return this.environment.cluster?.members.podsByName ?? new Map()
  }

  /** Returns a substitute for a place that does not exist in this scenario. */
  #anyPlace(): Place {
    return { kind: 'host', name: this.environment.hosts[0]?.name ?? '' }
  }
}

/** Returns the names of identities; a garbage token needs none. */
function namesOf(held: AttackerDraft['held']): string[] {
  return held.flatMap((one) => ('value' in one && one.value !== GARBAGE_TOKEN ? [one.value] : []))
}
