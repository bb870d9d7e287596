import { isNameOf, mapEntries } from '../../engine/registry.ts'
import type { LinkProfile } from '../../network/link-profiles/link-profile.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import type { LinkKey } from '../link-keys/link-key.ts'
import { LINK_KEYS } from '../link-keys.ts'
import { buildTree, type TreeInput } from '../tree/build-tree.ts'
import type { Origin } from '../tree/origin.ts'
import { mergeTrees, type Tree, treeAt } from '../tree/tree.ts'

/** Returns the values of the profile of every link and segment that names one. */
export function mediaDefaults(printable: Tree, origin: Origin): Tree {
  const sections = ['links', 'segments'].map((section): Tree => {
    const media = treeAt(printable, [section])
    const figures: [string, Tree][] = []
    for (const [name, { tree }] of media?.kind === 'map' ? media.entries : []) {
      const written = treeAt(tree, ['profile'])
      const profile = written?.kind === 'scalar' ? String(written.value) : ''
      if (isNameOf(LINK_PROFILES, profile))
        figures.push([name, buildTree(figuresOf(LINK_PROFILES[profile]), origin(`profile ${profile}`))])
    }
    return buildTree({ [section]: Object.fromEntries(figures) }, origin('default'))
  })
  return sections.reduce(mergeTrees)
}

function figuresOf({ options }: LinkProfile): TreeInput {
  return mapEntries<string, LinkKey, TreeInput | undefined>(LINK_KEYS, (key) => key.print(options))
}
