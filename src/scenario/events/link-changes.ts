import { isNameOf, namesOf } from '../../engine/registry.ts'
import type { EventBlueprint } from '../../simulation/blueprint.ts'
import { grouped } from '../../simulation/lookups/lookups.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { LINK_KEYS } from '../link-keys.ts'
import { checkValue } from '../schema/check-schema.ts'
import { directionShape, type LinkSection } from '../schema/links.ts'
import { checkDirection, type Directions, directionsOf } from '../topology/resolve-links.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

/** A change of one value of a link. */
export interface LinkChange {
  readonly path: TreePath
  readonly index: number
  readonly atNs: number
  readonly forNs: number | null
  readonly link: string
  readonly side: 'both' | 'forward' | 'backward'
  readonly key: string
  readonly value: unknown
}

const CHANGEABLE: readonly string[] = namesOf(LINK_KEYS).filter((name) => LINK_KEYS[name].mayChange)

const PLANNED_SECTIONS: readonly string[] = ['hosts', 'routes', 'firewall', 'middleboxes', 'segments', 'cluster']

export function parseLinkChanges(
  set: ReadonlyMap<string, unknown>,
  index: number,
  atNs: number,
  forNs: number | null,
  findings: Findings,
): LinkChange[] {
  return [...set].flatMap(([target, value]) => {
    const path = ['events', index, 'set', target]
    const refuse = (isPlanned: boolean, hint: string | undefined) => {
      const code = isPlanned ? 'not-modelled-yet' : 'unknown-key'
      findings.report(path, code, `${target} cannot change during a run`, { at: 'key', hint })
      return []
    }
    const [section, name = '', ...rest] = target.split('.')
    if (section !== 'links')
      return refuse(
        PLANNED_SECTIONS.includes(section),
        'only values of links can change during a run, as in links.NAME.loss',
      )
    const side = rest[0] === 'forward' || rest[0] === 'backward' ? rest[0] : 'both'
    const [key = '', ...beyond] = side === 'both' ? rest : rest.slice(1)
    const links = linksNamed(name, path, findings)
    if (links.length === 0) return []
    if (beyond.length > 0 || !CHANGEABLE.includes(key)) {
      const isPlanned = isNameOf(LINK_KEYS, key) && !LINK_KEYS[key].mayChange
      return refuse(
        isPlanned,
        isPlanned ? undefined : (didYouMean(key, CHANGEABLE) ?? `these can change: ${CHANGEABLE.join(', ')}`),
      )
    }
    const checked = checkValue(directionShape[key as keyof typeof directionShape], value, path, findings)
    if (checked === undefined) return []
    return links.map((link) => ({ path, index, atNs, forNs, link, side, key, value: checked }))
  })
}

/**
 * Returns the links that a name selects: the link with this name, or with a final `*` all links whose names begin so.
 */
function linksNamed(name: string, path: TreePath, findings: Findings): readonly string[] {
  const known = findings.namesIn('links')
  if (!name.endsWith('*')) return findings.checkName(path, 'link', name, known) ? [name] : []
  const start = name.slice(0, -1)
  const links = [...known].filter((link) => link.startsWith(start))
  if (links.length === 0) {
    const message = start === '' ? 'the scenario has no links' : `no link has a name that begins with ${start}`
    findings.report(path, 'unknown-name', message, { at: 'key' })
  }
  return links
}

/**
 * Returns an event for each time at which a link changes, with the whole state of the link from then on. Changes of
 * different values can therefore overlap.
 */
export function timelineOf(
  changes: readonly LinkChange[],
  links: ReadonlyMap<string, LinkSection>,
  findings: Findings,
): EventBlueprint[] {
  checkClashes(changes, findings)
  return [...grouped(changes, ({ link }) => link)].flatMap(([name, own]): EventBlueprint[] => {
    const link = links.get(name)
    if (link === undefined) return []
    const moments = [
      ...new Set(own.flatMap(({ atNs, forNs }) => (forNs === null ? [atNs] : [atNs, atNs + forNs]))),
    ].sort((a, b) => a - b)
    return moments.map((atNs) => {
      const inForce = own.filter(
        (change) => change.atNs <= atNs && (change.forNs === null || atNs < change.atNs + change.forNs),
      )
      const directions = directionsWith(link, inForce)
      for (const change of inForce) checkChanged(change, directions, findings)
      return { kind: 'set-link', atNs, forNs: null, link: name, ...directions }
    })
  })
}

/**
 * Applies changes to a link: permanent ones first, then temporary ones, each by time. Temporary changes therefore
 * override permanent ones.
 */
function directionsWith(link: LinkSection, changes: readonly LinkChange[]): Directions {
  const ordered = [...changes].sort((a, b) => Number(a.forNs !== null) - Number(b.forNs !== null) || a.atNs - b.atNs)
  let changed = link
  for (const { side, key, value } of ordered) {
    if (side === 'both') {
      const { [key as 'delay']: _forward, ...forward } = changed.forward ?? {}
      const { [key as 'delay']: _backward, ...backward } = changed.backward ?? {}
      changed = { ...changed, [key]: value, forward, backward }
    } else changed = { ...changed, [side]: { ...changed[side], [key]: value } }
  }
  return directionsOf(changed)
}

function checkChanged({ path, side }: LinkChange, directions: Directions, findings: Findings): void {
  if (side !== 'backward') checkDirection(directions.forward, path, findings)
  if (side !== 'forward') checkDirection(directions.backward, path, findings)
}

function checkClashes(changes: readonly LinkChange[], findings: Findings): void {
  const byFigure = new Map<string, LinkChange[]>()
  for (const change of changes) {
    const figure = `${change.link}.${change.key}`
    const earlier = byFigure.get(figure) ?? []
    const clash = earlier.find(
      (other) =>
        isOverlapping(other, change) && (other.side === change.side || other.side === 'both' || change.side === 'both'),
    )
    if (clash !== undefined) {
      findings.contradict(change.path, `event ${clash.index} changes ${figure} at the same time`, {
        at: 'key',
      })
    }
    byFigure.set(figure, [...earlier, change])
  }
}

/**
 * Returns whether two events overlap. A permanent event lasts until the next one, so it overlaps only at its own time.
 */
export function isOverlapping(
  a: { atNs: number; forNs: number | null },
  b: { atNs: number; forNs: number | null },
): boolean {
  const aEndNs = a.atNs + (a.forNs ?? 1)
  const bEndNs = b.atNs + (b.forNs ?? 1)
  return a.atNs < bEndNs && b.atNs < aEndNs
}
