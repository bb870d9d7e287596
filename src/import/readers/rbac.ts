import { placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt, textsAt } from '../tree-values.ts'

export const roleReader: DocumentReader = {
  reads: 'Roles and ClusterRoles: who may do what',
  kinds: ['Role', 'ClusterRole'],
  read({ tree, kind }, evidence) {
    evidence.roles.push({
      kind,
      name: textAt(tree, ['metadata', 'name']) ?? '',
      namespace: textAt(tree, ['metadata', 'namespace']),
      at: placeOf(tree.position),
      rules: itemsAt(tree, ['rules']).map((rule) => ({
        groups: textsAt(rule, ['apiGroups']),
        names: textsAt(rule, ['resourceNames']),
        verbs: textsAt(rule, ['verbs']),
        resources: textsAt(rule, ['resources']),
        at: placeAt(rule, ['resources']),
      })),
    })
  },
}

export const bindingReader: DocumentReader = {
  reads: 'RoleBindings and ClusterRoleBindings: who may do what, and whether system:node is bound to system:nodes',
  kinds: ['RoleBinding', 'ClusterRoleBinding'],
  read({ tree, kind }, evidence) {
    evidence.bindings.push({
      kind,
      name: textAt(tree, ['metadata', 'name']) ?? '',
      namespace: textAt(tree, ['metadata', 'namespace']),
      at: placeOf(tree.position),
      role: { kind: textAt(tree, ['roleRef', 'kind']) ?? '', name: textAt(tree, ['roleRef', 'name']) ?? '' },
      subjects: itemsAt(tree, ['subjects']).map((subject) => ({
        kind: textAt(subject, ['kind']) ?? '',
        name: textAt(subject, ['name']) ?? '',
        namespace: textAt(subject, ['namespace']),
      })),
    })
  },
}
