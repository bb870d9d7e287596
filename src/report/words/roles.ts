import { IDENTITIES, PATH_ROLE_ENDINGS, PATH_ROLES, PLACES } from '../../scenario/attackers/roles.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const roles: List = {
  meaning: 'roles',
  noun: 'role',
  values: () => [
    ...PATH_ROLES.map((role) => ({ role, of: 'path' })),
    ...Object.entries(PLACES).map(([role, { meaning }]) => ({ role, of: 'place', meaning })),
    ...Object.entries(IDENTITIES).map(([role, { meaning }]) => ({ role, of: 'identity', meaning })),
  ],
  items: (columns) => [
    ...PATH_ROLES.map((role) => ({ name: role, text: roleText(role, 'the first such path by name', columns) })),
    ...Object.entries({ ...PLACES, ...IDENTITIES }).map(([role, { meaning }]) => ({
      name: role,
      text: roleText(role, meaning, columns),
    })),
  ],
  text: rolesText,
}

function roleText(role: string, meaning: string, columns?: number): string {
  return `  ${role}\n${wrap(meaning, 4, columns)}`
}

function rolesText(columns?: number): string {
  const explained = (roles: Readonly<Record<string, { readonly meaning: string }>>) =>
    Object.entries(roles).map(([role, { meaning }]) => `    ${role}\n${wrap(meaning, 6, columns)}`)
  return [
    '  roles of paths; each means the first such path by name:\n',
    ...PATH_ROLES.map((role) => `    ${role}\n`),
    `${wrap(`each can end in ${PATH_ROLE_ENDINGS.join(', ')}`, 6, columns)}`,
    '  roles of places; it means the first path of the plan that leaves its host:\n',
    ...explained(PLACES),
    '  roles of identities; it means the path of the step:\n',
    ...explained(IDENTITIES),
  ].join('')
}
