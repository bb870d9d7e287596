import { parseAddress } from '../network/address-book.ts'
import type { LinkBlueprint, RouteBlueprint } from '../simulation/blueprint.ts'
import type { Findings } from './findings.ts'
import type { ScenarioSection } from './schema/scenario.ts'

export function resolveRoutes(
  sections: NonNullable<ScenarioSection['routes']>,
  links: readonly LinkBlueprint[],
  hostNames: ReadonlySet<string>,
  findings: Findings,
): RouteBlueprint[] {
  const linkByName = new Map(links.map((link) => [link.name, link]))
  const routes: RouteBlueprint[] = []
  for (const [host, table] of sections) {
    if (!findings.checkName(['routes', host], 'host', host, hostNames)) continue
    for (const [destination, link] of table) {
      const path = ['routes', host, destination]
      const complaint = complaintAboutPrefix(destination)
      if (complaint !== null)
        findings.report(path, 'wrong-type', complaint.message, { at: 'key', hint: complaint.hint })
      if (!findings.checkName(path, 'link', link, linkByName)) continue
      if (!linkByName.get(link)!.between.includes(host)) {
        findings.report(path, 'contradiction', `the link ${link} does not end at ${host}`)
      }
      if (complaint === null) routes.push({ host, destination, link })
    }
  }
  return routes
}

function complaintAboutPrefix(text: string): { message: string; hint: string } | null {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text)
  const address = match === null ? Number.NaN : parseAddress(match[1])
  const bits = match === null ? 33 : Number(match[2])
  if (Number.isNaN(address) || bits > 32)
    return { message: `${JSON.stringify(text.slice(0, 40))} is not an IPv4 prefix`, hint: 'write it like 10.0.1.0/24' }
  const blockSize = blockSizeOf(bits)
  if (address % blockSize === 0) return null
  return {
    message: `${text} has bits behind its prefix`,
    hint: `the address is to be a multiple of the block; a single host is ${match![1]}/32`,
  }
}

function blockSizeOf(prefixBits: number): number {
  return prefixBits === 0 ? 0x100000000 : (1 << (32 - prefixBits)) >>> 0
}
