import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import type { EventBlueprint } from '../../simulation/blueprint.ts'
import { formatDuration } from '../../values/units.ts'
import type { EventSection } from '../schema/events.ts'
import type { LinkSection } from '../schema/links.ts'
import type { Findings } from '../tree/findings.ts'
import { isOverlapping, type LinkChange, parseLinkChanges, timelineOf } from './link-changes.ts'

type LinkState = EventBlueprint & { kind: 'link-state' }

export function resolveEvents(
  sections: readonly (EventSection | undefined)[],
  links: ReadonlyMap<string, LinkSection>,
  podNames: ReadonlySet<string>,
  findings: Findings,
): EventBlueprint[] {
  const events: EventBlueprint[] = []
  const states: { index: number; event: LinkState }[] = []
  const changes: LinkChange[] = []
  sections.forEach((section, index) => {
    if (section === undefined || !hasOneSubject(section, index, findings)) return
    const { at: atNs, for: forNs = null } = section
    if (forNs !== null && atNs + forNs > LONGEST_RUN_NS)
      findings.report(
        ['events', index, 'for'],
        'out-of-range',
        `the event would end after ${formatDuration(LONGEST_RUN_NS)}, and no run is longer`,
        {
          hint: 'leave `for` out for an event that lasts until the end',
        },
      )
    if (section.set !== undefined) changes.push(...parseLinkChanges(section.set, index, atNs, forNs, findings))
    else if (section.link !== undefined) {
      const [links, segments] = [findings.namesIn('links'), findings.namesIn('segments')]
      findings.checkName(['events', index, 'link'], 'link', section.link, links, segments)
      if (section.state === undefined)
        findings.report(['events', index], 'missing-key', `the key state is missing in events.${index}`, {
          hint: 'write state: down',
        })
      states.push({
        index,
        event: { kind: 'link-state', atNs, forNs, link: section.link, state: section.state ?? 'down' },
      })
    } else if (section.restart !== undefined) {
      findings.checkName(['events', index, 'restart'], 'host', section.restart, findings.namesIn('hosts'))
      if (forNs !== null) findings.contradict(['events', index, 'for'], 'a restart has no duration', { at: 'key' })
      events.push({ kind: 'restart', atNs, host: section.restart })
    } else if (section.delete !== undefined) {
      findings.checkName(['events', index, 'delete'], 'pod', section.delete, podNames)
      if (forNs !== null)
        findings.contradict(['events', index, 'for'], 'a deleted pod does not come back', {
          at: 'key',
        })
      events.push({ kind: 'delete-pod', atNs, pod: section.delete, terminatingNs: section.terminating ?? 0 })
    }
  })
  checkStates(states, findings)
  return [...events, ...states.map(({ event }) => event), ...timelineOf(changes, links, findings)]
}

function hasOneSubject(section: EventSection, index: number, findings: Findings): boolean {
  const subjects = (['set', 'link', 'restart', 'delete'] as const).filter((key) => section[key] !== undefined)
  if (subjects.length === 1) {
    if (section.state !== undefined && subjects[0] !== 'link')
      findings.contradict(['events', index, 'state'], '`state` needs `link`', {
        at: 'key',
      })
    if (section.terminating !== undefined && subjects[0] !== 'delete')
      findings.contradict(['events', index, 'terminating'], '`terminating` needs `delete`', {
        at: 'key',
      })
    return true
  }
  if (subjects.length === 0) {
    findings.report(['events', index], 'missing-key', 'the event has none of the keys set, link, restart and delete', {
      hint: 'write it like { at: 30s, link: wan, state: down, for: 5s }',
    })
  } else {
    findings.contradict(
      ['events', index, subjects[1]],
      `the event has ${subjects.join(' and ')}, and only one of them is allowed`,
      { at: 'key', hint: 'write two events with the same `at`' },
    )
  }
  return false
}

/**
 * Reports two events that set the state of one link at overlapping times, because the result would depend on their
 * order.
 */
function checkStates(states: readonly { index: number; event: LinkState }[], findings: Findings): void {
  for (const { index, event } of states) {
    const clash = states.find(
      (other) => other.index < index && other.event.link === event.link && isOverlapping(other.event, event),
    )
    if (clash !== undefined) {
      findings.contradict(
        ['events', index, 'at'],
        `event ${clash.index} sets the state of ${event.link} at the same time`,
      )
    }
  }
}
