import type { LinkOptions } from '../../../network/link-options.ts'
import type { Blueprint } from '../../../simulation/blueprint.ts'

/** Returns the scenario with other options of both directions of these links and segments. */
export function withLinks(
  blueprint: Blueprint,
  media: readonly string[],
  change: (options: LinkOptions, name: string) => LinkOptions,
): Blueprint {
  const isMeant = ({ name }: { readonly name: string }) => media.includes(name)
  return {
    ...blueprint,
    links: blueprint.links.map((link) =>
      isMeant(link)
        ? { ...link, forward: change(link.forward, link.name), backward: change(link.backward, link.name) }
        : link,
    ),
    segments: blueprint.segments.map((segment) =>
      isMeant(segment) ? { ...segment, options: change(segment.options, segment.name) } : segment,
    ),
  }
}
