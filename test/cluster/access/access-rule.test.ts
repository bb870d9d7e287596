import { describe, expect, test } from 'vitest'
import { type AccessRule, pathRule, rule, ruleAllows, ruleOfPolicy } from '../../../src/cluster/access/access-rule.ts'
import type { Operation } from '../../../src/cluster/messages/operations.ts'
import { operation } from './operation.ts'

const getPods = rule('get', 'pods')

function allows(changes: Partial<AccessRule>, asked: Operation): boolean {
  return ruleAllows({ ...getPods, ...changes }, asked)
}

describe('a rule allows', () => {
  const get = operation('get', 'pods', { name: 'app' })

  test.each<[string, Partial<AccessRule>, boolean]>([
    ['the verb', {}, true],
    ['any verb', { verbs: ['*'] }, true],
    ['one of its verbs', { verbs: ['list', 'get'] }, true],
    ['another verb', { verbs: ['list'] }, false],
    ['no verb', { verbs: [] }, false],
    ['any group', { groups: ['*'] }, true],
    ['another group', { groups: ['apps'] }, false],
    ['one of its groups', { groups: ['apps', ''] }, true],
    ['any resource', { resources: ['*'] }, true],
    ['another resource', { resources: ['secrets'] }, false],
    ['a subresource with a name that stands for none', { resources: ['*/null'] }, false],
    ['a subresource of the resource', { resources: ['pods/exec'] }, false],
    ['a subresource of any resource', { resources: ['*/exec'] }, false],
    ['one of its resources', { resources: ['secrets', 'pods'] }, true],
    ['its name', { names: ['app'] }, true],
    ['one of its names', { names: ['web', 'app'] }, true],
    ['another name', { names: ['web'] }, false],
    ['no name', { names: [] }, false],
    ['its namespace', { namespaces: ['default'] }, true],
    ['one of its namespaces', { namespaces: ['other', 'default'] }, true],
    ['another namespace', { namespaces: ['other'] }, false],
    ['any namespace', { namespaces: ['*'] }, true],
    ['no namespace', { namespaces: [] }, false],
  ])('an RBAC rule allows an operation that is within %s', (_, changes, expected) => {
    expect(allows(changes, get)).toBe(expected)
  })

  test.each<[readonly string[], boolean]>([
    [['pods/exec'], true],
    [['*/exec'], true],
    [['*'], true],
    [['pods'], false],
    [['*/log'], false],
    [['pods/log'], false],
    [['secrets/exec'], false],
  ])('an RBAC rule for the resources %s allows a subresource: %s', (resources, expected) => {
    expect(allows({ resources }, operation('get', 'pods', { subresource: 'exec' }))).toBe(expected)
  })

  test('an RBAC rule with resource names allows no operation without a name', () => {
    expect(allows({ names: ['app'] }, operation('get', 'pods'))).toBe(false)
    expect(allows({ names: null }, operation('get', 'pods'))).toBe(true)
  })

  test('an RBAC rule bound in namespaces allows nothing at cluster scope, unless bound in all', () => {
    const all = operation('get', 'pods', { namespace: null })
    expect(allows({ namespaces: ['default'] }, all)).toBe(false)
    expect(allows({ namespaces: ['*'] }, all)).toBe(true)
    expect(allows({ namespaces: null }, all)).toBe(true)
  })

  test.each<[string, string, boolean]>([
    ['/healthz', '/healthz', true],
    ['/healthz', '/healthz/etcd', false],
    ['/healthz*', '/healthz/etcd', true],
    ['/api/*', '/api/v1', true],
    ['/api/*', '/api', false],
    ['/api', '/ap', false],
    ['*', '/anything', true],
    ['/metrics', '/healthz', false],
    ['/api*', '/other', false],
  ])('the RBAC path rule %s on the path %s: %s', (own, path, expected) => {
    expect(ruleAllows(pathRule('get', '/never', own), { kind: 'path', verb: 'get', path })).toBe(expected)
    expect(ruleAllows(pathRule('get', own), { kind: 'path', verb: 'post', path })).toBe(false)
    expect(ruleAllows(pathRule('*', own), operation('get', 'pods'))).toBe(false)
  })
})

test('an RBAC rule is printed as verbs and resources, with the API group before a colon', () => {
  expect(rule('get,list', 'pods,pods/log')).toEqual({
    verbs: ['get', 'list'],
    groups: [''],
    resources: ['pods', 'pods/log'],
    names: null,
    namespaces: null,
    paths: [],
  })
  expect(rule('create', 'authentication.k8s.io:tokenreviews')).toMatchObject({
    groups: ['authentication.k8s.io'],
    resources: ['tokenreviews'],
  })
  expect(pathRule('get,post', '/a', '/b')).toEqual({
    verbs: ['get', 'post'],
    groups: [],
    resources: [],
    names: null,
    namespaces: null,
    paths: ['/a', '/b'],
  })
})

test('a grant of a scenario applies to all API groups, and to paths only if it grants everything everywhere', () => {
  const grant = (resources: readonly string[], namespaces: readonly string[] | null) =>
    ruleOfPolicy({ verbs: ['get'], resources, namespaces })
  expect(grant(['pods'], ['default'])).toEqual({
    verbs: ['get'],
    groups: ['*'],
    resources: ['pods'],
    names: null,
    namespaces: ['default'],
    paths: [],
  })
  expect(grant(['pods'], null).paths).toEqual([])
  expect(grant(['*'], ['default']).paths).toEqual([])
  expect(grant(['pods', '*'], null).paths).toEqual(['*'])
})
