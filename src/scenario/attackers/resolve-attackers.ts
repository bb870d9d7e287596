import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import type { HostBlueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import { type AttackerBlueprint, type AttackStepBlueprint, GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import type { Findings } from '../problems/findings.ts'
import type { AttackerSection } from '../schema/attackers.ts'
import type { TreePath } from '../tree/tree.ts'
import { resolveAllies } from './resolve-allies.ts'
import { resolveStep, type StepContext, type StepDraft } from './resolve-attack-steps.ts'
import type { Lookup, Place, RoleContext, Roles } from './resolve-roles.ts'
import { IDENTITY_ROLES, isRole, PLACE_ROLES } from './roles.ts'

export interface AttackEnvironment extends RoleContext {
  readonly hosts: readonly HostBlueprint[]
}

/** Who attackers are, with names for roles. What is not there in this scenario is said in `absent`, and no mistake. */
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

/** What an attacker has from the start, and what its steps are about. */
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
  /** Whose tokens and keys it has as soon as they have them. */
  allies: readonly AttackerSection[] = []
  readonly #name: string
  /** `it` in roles: the first path of its plan that exists, and leaves its host if any does. */
  #it: PathBlueprint | null = null

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
    const on = this.#on()
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
      // Of a list, some may exist and others not.
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

  /** A host by name or role; `it` in roles is a path of the step. */
  host(text: string, place: TreePath, it = this.#it): Lookup<string> {
    if (isRole(text)) {
      const found = this.#placeByRole(text, place, it)
      if ('absent' in found) return found
      if (found.value.kind === 'host') return { value: found.value.name }
      this.findings.contradict(place, `${text} is no host`)
      return { absent: text }
    }
    this.findings.checkName(place, 'host', text, this.findings.namesIn('hosts'))
    return { value: text }
  }

  /** A certificate, CA or token by name or role. */
  identity(text: string, place: TreePath, it = this.#it): Lookup<string> {
    if (isRole(text)) {
      const role = this.#role(IDENTITY_ROLES, text, 'of an identity', place, (one) => this.roles.identityOf(one, it))
      const name = role === null ? null : this.roles.identityOf(role, it)
      return name === null ? { absent: text } : { value: name }
    }
    this.findings.checkName(place, 'identity', text, this.environment.identities.byName)
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

  #on(): Lookup<Place> {
    const { on, vantage } = this.section
    if (!VANTAGES[vantage].hasNetworkPlace) return this.#user()
    if (this.section.as !== undefined)
      this.findings.contradict([...this.place, 'as'], 'only a user is somebody by name', {
        at: 'key',
        hint: 'write on, with the place where it sits',
      })
    if (on === undefined) {
      const { isOnHost } = VANTAGES[vantage]
      const hint = isOnHost ? 'write the host that it is on' : 'write the link or segment that it sits on'
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
      this.findings.contradict(place, `${vantage} is a vantage on a host, and ${name} is a ${kind}`, {
        hint: 'write passive, side or inline for who sits on a link',
      })
    // By its role it may be the host whose loopback the path never leaves: nobody on a network sees that.
    if (!isOnHost && kind === 'host' && !isRole(this.section.on ?? ''))
      this.findings.contradict(place, `${vantage} is a vantage on a link or segment, and ${name} is a host`, {
        hint: 'write pod or node for who is on a host, or a link',
      })
  }

  #user(): Lookup<Place> {
    const { as, on } = this.section
    if (on !== undefined)
      this.findings.contradict([...this.place, 'on'], 'a user has no place on the network', {
        at: 'key',
        hint: 'write as: and a name of cluster.users, or the host that it works from',
      })
    if (as === undefined) {
      const users = this.environment.cluster?.members.users
      if (on === undefined && users?.size === 1) return { value: { kind: 'host', name: [...users.keys()][0] } }
      if (on === undefined)
        this.findings.reportMissing(this.place, 'as', 'write a name of cluster.users, or the host that it works from')
      return { absent: '' }
    }
    const host = this.host(as, [...this.place, 'as'])
    return 'absent' in host ? host : { value: { kind: 'host', name: host.value } }
  }

  #placeByRole(text: string, place: TreePath, it = this.#it): Lookup<Place> {
    const role = this.#role(PLACE_ROLES, text, 'of a place', place, (one) => this.roles.placeOf(one, it))
    const found = role === null ? null : this.roles.placeOf(role, it)
    return found === null ? { absent: text } : { value: found }
  }

  /** The role that a text is; null where it is none of `roles`, and a problem that names those that exist here. */
  #role<Role extends string>(
    roles: readonly Role[],
    text: string,
    what: string,
    place: TreePath,
    find: (role: Role) => unknown,
  ): Role | null {
    const role = roles.find((one) => one === text) ?? null
    if (role === null) {
      const existing = roles.filter((one) => find(one) !== null)
      this.findings.report(place, 'unknown-name', `"${text}" is no role ${what}`, {
        hint: `roles here: ${existing.join(', ')}`,
      })
    }
    return role
  }

  #placeNamed(name: string, place: TreePath): Lookup<Place> {
    const [links, segments, hosts] = ['links', 'segments', 'hosts'].map((section) => this.findings.namesIn(section))
    if (links.has(name) && hosts.has(name))
      this.findings.contradict(place, `${name} is the name of a link and of a host`)
    if (links.has(name)) return { value: { kind: 'link', name } }
    if (segments.has(name)) return { value: { kind: 'segment', name } }
    const known = new Set([...links, ...segments, ...hosts])
    const isKnown = this.findings.checkName(place, 'link, segment or host', name, known)
    return isKnown ? { value: { kind: 'host', name } } : { absent: name }
  }

  /** Where somebody is who has nothing to do here. */
  #anyPlace(): Place {
    return { kind: 'host', name: this.environment.hosts[0]?.name ?? '' }
  }
}

/** Anybody can write garbage. */
function namesOf(held: AttackerDraft['held']): string[] {
  return held.flatMap((one) => ('value' in one && one.value !== GARBAGE_TOKEN ? [one.value] : []))
}
