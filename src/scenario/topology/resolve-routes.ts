import { parseAddress } from '../../network/address-book.ts'
import type { LinkBlueprint, RouteBlueprint, SegmentBlueprint } from '../../simulation/blueprint.ts'
import type { ScenarioSection } from '../schema/scenario.ts'
import type { Findings } from '../tree/findings.ts'

export function resolveRoutes(
  sections: NonNullable<ScenarioSection['routes']>,
  links: readonly LinkBlueprint[],
  segments: readonly SegmentBlueprint[],
  findings: Findings,
): RouteBlueprint[] {
  const endsOf = new Map<string, readonly string[]>([
    ...links.map(({ name, between }) => [name, between] as const),
    ...segments.map(({ name, hosts }) => [name, hosts] as const),
  ])
  const routes: RouteBlueprint[] = []
  for (const [host, table] of sections) {
    if (!findings.checkName(['routes', host], 'host', host, findings.namesIn('hosts'))) continue
    const seen = new Map<string, string>()
    for (const [destination, link] of table) {
      const path = ['routes', host, destination]
      const problem = prefixProblem(destination)
      if (problem !== null) findings.report(path, 'wrong-type', problem.message, { at: 'key', hint: problem.hint })
      const prefix = problem === null ? canonicalPrefix(destination) : destination
      const earlier = seen.get(prefix)
      if (earlier !== undefined)
        findings.contradict(path, `${destination} is the same prefix as ${earlier}`, {
          at: 'key',
          hint: `write it once, as ${prefix}`,
        })
      seen.set(prefix, destination)
      if (!findings.checkName(path, 'link', link, endsOf)) continue
      if (!endsOf.get(link)!.includes(host)) {
        const kind = segments.some(({ name }) => name === link) ? 'segment' : 'link'
        findings.contradict(path, `the ${kind} ${link} does not end at ${host}`)
      }
      if (problem === null) routes.push({ host, destination, link })
    }
  }
  return routes
}

/** Returns a prefix in its usual form: `10.0.0.0/08` becomes `10.0.0.0/8`. */
function canonicalPrefix(destination: string): string {
  const [address, bits] = destination.split('/')
  return `${address}/${Number(bits)}`
}

function prefixProblem(text: string): { message: string; hint: string } | null {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text)
  const address = match === null ? Number.NaN : parseAddress(match[1])
  const bits = match === null ? 33 : Number(match[2])
  if (Number.isNaN(address) || bits > 32)
    return { message: `${JSON.stringify(text.slice(0, 40))} is not an IPv4 prefix`, hint: 'write it like 10.0.1.0/24' }
  const blockSize = blockSizeOf(bits)
  if (address % blockSize === 0) return null
  return {
    message: `the address of ${text} has bits after its prefix`,
    hint: `write ${match![1]}/32 for a single host`,
  }
}

function blockSizeOf(prefixBits: number): number {
  return prefixBits === 0 ? 0x100000000 : (1 << (32 - prefixBits)) >>> 0
}
