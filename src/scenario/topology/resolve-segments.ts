import type { LinkOptions } from '../../network/link-options.ts'
import type { SegmentBlueprint } from '../../simulation/blueprint.ts'
import type { SegmentSection } from '../schema/segments.ts'
import type { Findings } from '../tree/findings.ts'
import { checkDirection, checkWritten, optionsOf } from './resolve-links.ts'

export function resolveSegments(sections: ReadonlyMap<string, SegmentSection>, findings: Findings): SegmentBlueprint[] {
  return [...sections].map(([name, section]) => {
    const path = ['segments', name]
    if (findings.namesIn('links').has(name))
      findings.contradict(path, `${name} is the name of both a link and a segment`, {
        at: 'key',
        hint: 'rename one of them, since routes and events can name both',
      })
    const seen = new Set<string>()
    for (const [index, host] of section.hosts.entries()) {
      findings.checkName([...path, 'hosts', index], 'host', host, findings.namesIn('hosts'))
      if (seen.has(host)) findings.contradict([...path, 'hosts', index], `${host} is listed twice`)
      seen.add(host)
    }
    const { hosts: _hosts, l2 = 'routed', profile, ...figures } = section
    const options: LinkOptions = optionsOf(profile, figures)
    checkDirection(options, path, findings)
    checkWritten(section, path, findings)
    return { name, hosts: [...seen], profile: profile ?? null, l2, options }
  })
}
