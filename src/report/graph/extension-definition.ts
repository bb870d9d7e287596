import { namesOf } from '../../engine/registry.ts'
import { jsonDocument } from '../json.ts'
import { EDGE_KINDS, NAMESPACE, NODE_KINDS } from './graph-kinds.ts'

/** The version of the kinds. It changes if one of them changes. */
const VERSION = 'v1.0.0'

/** Returns the definition of the extension. BloodHound needs it to find paths over these edges. */
export function extensionDefinition(): string {
  return jsonDocument({
    schema: { name: 'onpath', display_name: 'onpath', version: VERSION, namespace: NAMESPACE },
    node_kinds: [
      ...namesOf(NODE_KINDS).map((name) => {
        const { title, description, icon, color } = NODE_KINDS[name]
        return { name, display_name: title, description, is_display_kind: true, icon, color }
      }),
      {
        name: `${NAMESPACE}_Base`,
        display_name: 'onpath',
        description: 'All nodes that onpath adds.',
        is_display_kind: false,
        icon: 'route',
        color: '#6B7280',
      },
    ],
    relationship_kinds: namesOf(EDGE_KINDS).map((name) => {
      const { description, isTraversable } = EDGE_KINDS[name]
      return { name, description, is_traversable: isTraversable }
    }),
  })
}
