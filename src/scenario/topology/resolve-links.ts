import { namesOf } from '../../engine/registry.ts'
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from '../../network/link-options.ts'
import { LINK_PROFILES, type LinkProfileName } from '../../network/link-profiles.ts'
import type { LinkBlueprint } from '../../simulation/blueprint.ts'
import type { LinkKey, LinkProblem } from '../link-keys/link-key.ts'
import { LINK_KEYS } from '../link-keys.ts'
import type { DirectionSection, LinkSection } from '../schema/links.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

export function resolveLinks(sections: ReadonlyMap<string, LinkSection>, findings: Findings): LinkBlueprint[] {
  return [...sections].map(([name, link]) => {
    const path = ['links', name]
    link.between.forEach((end, index) => {
      findings.checkName([...path, 'between', index], 'host', end, findings.namesIn('hosts'))
    })
    if (link.between[0] === link.between[1]) {
      findings.contradict([...path, 'between'], `both ends of the link are ${link.between[0]}`, {
        hint: 'a host needs no link to itself; it has a loopback interface',
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

/**
 * Returns the options of both directions. Keys of a direction override keys of the link, and these override the
 * profile.
 */
export function directionsOf(link: LinkSection): Directions {
  const { between: _between, profile, forward, backward, ...both } = link
  return {
    forward: optionsOf(profile, { ...both, ...definedOf(forward) }),
    backward: optionsOf(profile, { ...both, ...definedOf(backward) }),
  }
}

/** Returns the options of a medium. Written values override the profile. */
export function optionsOf(profile: LinkProfileName | undefined, over: DirectionSection): LinkOptions {
  return withOverrides(profile === undefined ? DEFAULT_LINK_OPTIONS : LINK_PROFILES[profile].options, over)
}

function definedOf(direction: DirectionSection | undefined): DirectionSection {
  if (direction === undefined) return {}
  return Object.fromEntries(Object.entries(direction).filter(([, value]) => value !== undefined))
}

function withOverrides(base: LinkOptions, over: DirectionSection): LinkOptions {
  const mtuBytes = over.mtu ?? base.mtuBytes
  let options = base
  for (const name of namesOf(LINK_KEYS)) {
    const [key, written]: [LinkKey, unknown] = [LINK_KEYS[name], over[name]]
    if (written !== undefined) options = { ...options, ...key.set(written, mtuBytes) }
  }
  return options
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
  for (const [place, section] of places) if (section !== undefined) checkWritten(section, place, findings)
}

/** Reports problems of single values that the schema does not find. */
export function checkWritten(direction: DirectionSection, path: TreePath, findings: Findings): void {
  for (const name of namesOf(LINK_KEYS)) {
    const [key, written]: [LinkKey, unknown] = [LINK_KEYS[name], direction[name]]
    if (written !== undefined) report(key.checkWritten?.(written), path, name, findings)
  }
}

/** Reports problems of the options of a direction in combination. */
export function checkDirection(direction: LinkOptions, path: TreePath, findings: Findings): void {
  for (const name of namesOf(LINK_KEYS)) {
    const key: LinkKey = LINK_KEYS[name]
    report(key.check?.(direction), path, name, findings)
  }
}

function report(problems: readonly LinkProblem[] = [], path: TreePath, name: string, findings: Findings): void {
  for (const { code, message, hint, at = [] } of problems)
    findings.report([...path, name, ...at], code, message, hint === undefined ? {} : { hint })
}
