import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFlags } from '../../src/import/programs/flag-syntax.ts'
import { findProgram } from '../../src/import/programs/program-run.ts'
import { shellCommands } from '../../src/import/programs/shell-words.ts'
import { commentOn, imported, manifest } from './lab.ts'

const at = { file: 'f', line: 1 }
const words = (...texts: readonly string[]) => texts.map((text) => ({ text, at }))
const isBoolean = (name: string) => (name.startsWith('is-') ? true : name.startsWith('x-') ? undefined : false)
const flagsIn = (...texts: readonly string[]) =>
  readFlags(words(...texts), isBoolean).map(({ name, value }) => [name, value])

describe('flags are read as pflag reads them', () => {
  test('the value of a flag follows = or is the next word', () => {
    expect(flagsIn('--port=1', '--port', '2')).toEqual([
      ['port', '1'],
      ['port', '2'],
    ])
  })

  test('a boolean flag takes no next word; another flag takes one even if it begins with a dash', () => {
    expect(flagsIn('--is-on', 'word', '--name', '-1')).toEqual([
      ['is-on', null],
      ['name', '-1'],
    ])
  })

  test('an unknown flag takes the next word unless that begins with a dash', () => {
    expect(flagsIn('--x-a', '--x-b', 'value')).toEqual([
      ['x-a', null],
      ['x-b', 'value'],
    ])
  })

  test('underscores in flags are read as dashes, an empty value is kept, and -- ends the flags', () => {
    expect(flagsIn('--client_ca_file=', '--', '--port=1')).toEqual([['client-ca-file', '']])
  })

  test('name and value of a flag are read however it is written', () => {
    const name = fc.stringMatching(/^[a-z]{2,8}(-[a-z]{1,8}){0,3}$/).filter((text) => isBoolean(text) === false)
    const value = fc.string({ unit: 'grapheme', maxLength: 20 })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value, fc.boolean(), fc.boolean())), (written) => {
        const texts = written.flatMap(([flag, text, isJoined, hasUnderscores]) => {
          const shown = hasUnderscores ? flag.replaceAll('-', '_') : flag
          return isJoined ? [`--${shown}=${text}`] : [`--${shown}`, text]
        })
        expect(flagsIn(...texts)).toEqual(written.map(([flag, text]) => [flag, text]))
      }),
    )
  })
})

describe('a shell command', () => {
  const texts = (text: string, variables?: ReadonlyMap<string, string>) =>
    shellCommands(text, variables).map((command) => command.map((word) => word.text))

  test('a shell command is split at unquoted blanks, without redirections and comments', () => {
    expect(texts(`exec kube-apiserver --a='b c' --d="e f" 1>>/var/log/x.log 2>&1 # --g`)).toEqual([
      ['exec', 'kube-apiserver', '--a=b c', '--d=e f'],
    ])
  })

  test('a shell line is split into commands, and variables are expanded and split again if unquoted', () => {
    const variables = new Map([['ARGS', '--a=1 --b=2']])
    expect(texts(`kubelet $ARGS "$\{ARGS}" $NONE | tee log`, variables)).toEqual([
      ['kubelet', '--a=1', '--b=2', '--a=1 --b=2', '$NONE'],
      ['tee', 'log'],
    ])
  })

  test('a quoted shell word is read unchanged, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const quoted = `'${text.replaceAll("'", `'\\''`)}'`
        expect(texts(`a ${quoted} b`)).toEqual([['a', text, 'b']])
      }),
    )
  })
})

describe('a program is found', () => {
  test.each([
    [['/usr/local/bin/kube-apiserver', '--a'], 'kube-apiserver'],
    [['/go-runner', '--log-file=/x', '--also-stdout', '/usr/local/bin/kube-apiserver', '--a'], 'kube-apiserver'],
    [['/hyperkube', 'apiserver', '--a'], 'kube-apiserver'],
    [['exec', 'kubelet', '--a'], 'kubelet'],
  ])('a program is found in %j', (command, program) => {
    const found = findProgram(words(...command))
    expect([found?.program, found?.words.map(({ text }) => text)]).toEqual([program, ['--a']])
  })

  test('a program is not found if its name is only another program’s argument', () => {
    expect(findProgram(words('cat', 'kube-apiserver'))).toBe(null)
  })
})

describe('flags in a manifest', () => {
  test('in a manifest the last of several flags counts, an empty CA means none, and lists add up', () => {
    const { scenario, text } = imported({
      'kube-apiserver.yaml': manifest(
        '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt',
        '--kubelet-certificate-authority=',
        '--anonymous-auth=true',
        '--anonymous-auth=false',
        '--authorization-mode=Node',
        '--authorization-mode=RBAC',
      ),
    })
    const { flags } = scenario.cluster.apiserver
    expect([flags['kubelet-certificate-authority'], flags['anonymous-auth'], flags['authorization-mode']]).toEqual([
      '',
      false,
      ['Node', 'RBAC'],
    ])
    expect(commentOn(text, 'anonymous-auth: false')).toBe('kube-apiserver.yaml:16')
    expect(commentOn(text, 'kubelet-certificate-authority')).toBe(
      'kube-apiserver.yaml:14: it is empty: kubelets are not verified',
    )
  })

  test('a plugin that is both enabled and disabled is off', () => {
    const { scenario } = imported({
      'kube-apiserver.yaml': manifest(
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--disable-admission-plugins=NodeRestriction',
      ),
    })
    expect(scenario.cluster.apiserver.flags['enable-admission-plugins']).toEqual([])
  })

  test('a flag that the release does not have is left out and reported, with its line', () => {
    const { scenario, report } = imported({ 'm.yaml': manifest('--authorization-mode=RBAC', '--insecure-port=8080') })
    expect(scenario.cluster.apiserver.flags['insecure-port']).toBe(undefined)
    expect(report).toContain(
      'm.yaml:14: cluster.apiserver.flags.insecure-port is left out: unknown flag: --insecure-port',
    )
  })

  test('of apiservers with different flags, the weakest value of each flag is taken with its line, and the difference is reported', () => {
    const CA = '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt'
    const path = (name: string) => `${name}/etc/kubernetes/manifests/kube-apiserver.yaml`
    const { scenario, text, report } = imported({
      [path('cp-1')]: manifest('--authorization-mode=Node,RBAC', '--anonymous-auth=false', CA),
      [path('cp-2')]: manifest('--authorization-mode=Node,RBAC', '--anonymous-auth=true', CA),
      [path('cp-3')]: manifest('--authorization-mode=Node,RBAC', '--anonymous-auth=false'),
    })
    const { flags } = scenario.cluster.apiserver
    expect([flags['anonymous-auth'], flags['kubelet-certificate-authority']]).toEqual([true, ''])
    expect(commentOn(text, 'anonymous-auth: true')).toBe(`${path('cp-2')}:14`)
    expect(commentOn(text, 'kubelet-certificate-authority')).toBe(
      `${path('cp-3')}:12: no --kubelet-certificate-authority: kubelets are not verified`,
    )
    expect(report).toContain(`${path('cp-2')}:14: --anonymous-auth differs from ${path('cp-1')}:14`)
    expect(report).toContain(
      `${path('cp-3')}:12: --kubelet-certificate-authority is missing, and is in ${path('cp-1')}:15`,
    )
  })

  test('a flag that is spelled almost like a relevant one is reported, since the program would not start', () => {
    const { report } = imported({
      'm.yaml': manifest(
        '--authorization-mode=Node,RBAC',
        '--kubelet-certificate-authorty=/ca.crt',
        '--tls-cert-file=/x',
        '--etcd-cafile=/y',
        '--oidc-ca-file=/z',
      ),
    })
    expect(report).toContain(
      'm.yaml:14: --kubelet-certificate-authorty is no flag of kube-apiserver; did you mean --kubelet-certificate-authority?',
    )
    expect(report.match(/did you mean/g)).toHaveLength(1)
  })

  test('a flag with an item that is spelled almost like a relevant one is reported, since the program would not start', () => {
    const flags = ['--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestricton,PodSecurity']
    const { report, scenario } = imported({ 'm.yaml': manifest(...flags) })
    expect(report).toContain(
      'm.yaml:14: --enable-admission-plugins has an item that is spelled almost like NodeRestriction',
    )
    expect(scenario.cluster.apiserver.flags['enable-admission-plugins']).toEqual([])
  })

  test('flags of pods that the apiserver lists belong to the node that runs them, whose kubelets have the files', () => {
    const pod = (node: string, ...flags: readonly string[]) =>
      `${manifest(...flags)}  nodeName: ${node}\nstatus: { phase: Running }\n`
    const CA = '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt'
    const { scenario, report } = imported({
      'pods.yaml': `${pod('cp-1', CA)}---\n${pod('cp-2')}---\n${pod('cp-3', CA)}`,
    })
    expect(scenario.cluster.apiserver.flags['kubelet-certificate-authority']).toBe('')
    expect(report).toContain('--kubelet-certificate-authority is missing')
  })
})

test('an authorizer that is given twice is reported, and taken once', () => {
  const { scenario, report } = imported({
    'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC', '--authorization-mode=RBAC'),
  })
  expect(scenario.cluster.apiserver.flags['authorization-mode']).toEqual(['Node', 'RBAC'])
  expect(report).toContain('--authorization-mode has RBAC more than once')
})

describe('files that replace flags of an apiserver', () => {
  const path = (name: string, file: string) => `${name}/etc/kubernetes/${file}`
  const both = manifest(
    '--authorization-config=/etc/kubernetes/authz.yaml',
    '--authentication-config=/etc/kubernetes/authn.yaml',
  )
  const authorizers = (...types: readonly string[]) =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: [${types.map((type) => `{ type: ${type}, name: ${type.toLowerCase()} }`).join(', ')}]\n`
  const authentication = (text: string) =>
    `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n${text}`

  test('files that replace apiserver flags apply to their own machine, and the weakest of several control planes is taken', () => {
    const files = {
      [path('cp-a', 'manifests/kube-apiserver.yaml')]: both,
      [path('cp-a', 'authz.yaml')]: authorizers('Node', 'RBAC'),
      [path('cp-a', 'authn.yaml')]: authentication('anonymous: { enabled: false }\n'),
      [path('cp-b', 'manifests/kube-apiserver.yaml')]: both,
      [path('cp-b', 'authz.yaml')]: authorizers('Node', 'AlwaysAllow', 'Webhook'),
      [path('cp-b', 'authn.yaml')]: authentication('jwt: []\n'),
    }
    const { scenario, text, report } = imported(files)
    expect(scenario.cluster.apiserver.flags['authorization-mode']).toEqual(['Node', 'AlwaysAllow'])
    expect(commentOn(text, 'authorization-mode')).toBe(`${path('cp-b', 'authz.yaml')}:3`)
    expect(scenario.cluster.apiserver.flags['anonymous-auth']).toBe(true)
    expect(report).toContain(`authz.yaml:3: --authorization-mode differs from ${path('cp-a', 'authz.yaml')}:3`)
    expect(report).toContain('the authorizer Webhook')
  })

  test('a missing file that replaces apiserver flags is taken from another control plane, and this is reported', () => {
    const { scenario, report } = imported({
      [path('cp-a', 'manifests/kube-apiserver.yaml')]: both,
      [path('cp-a', 'authz.yaml')]: authorizers('RBAC'),
      [path('cp-b', 'manifests/kube-apiserver.yaml')]: both,
    })
    expect(scenario.cluster.apiserver.flags['authorization-mode']).toEqual(['RBAC'])
    expect(report).toContain('13: the file of --authorization-config of cp-b; that of cp-a is taken for it')
    expect(report).not.toContain('config of cp-a; that')
  })
})

test('a missing file of --authentication-config is requested', () => {
  const { report } = imported({ 'kube-apiserver.yaml': manifest('--authentication-config=/etc/kubernetes/a.yaml') })
  expect(report).toContain('kube-apiserver.yaml:13: the file of --authentication-config')
})

test('an unknown version is assumed to be at most the newest that has all given apiserver flags', () => {
  const versionWith = (...flags: readonly string[]) =>
    imported({ 'ps.txt': `root 1 0 kube-apiserver --authorization-mode=RBAC ${flags.join(' ')}\n` })
  expect(versionWith().scenario.kubernetes).toBe('1.32')
  expect(versionWith('--insecure-port=0').scenario.kubernetes).toBe('1.23')
  const open = versionWith('--insecure-port=8080')
  expect(open.scenario).toMatchObject({
    kubernetes: '1.19',
    cluster: { apiserver: { flags: { 'insecure-port': 8080 } } },
  })
  expect(open.report).toContain(
    'ps.txt:1: the version of Kubernetes; 1.19 is taken, which is the newest that has --ins',
  )
})

test('a flag and its value in one list item, separated by a blank, are reported: the program does not start', () => {
  const { report, scenario } = imported({ 'm.yaml': manifest("--kubelet-certificate-authority ''", '--x=a b') })
  expect(report).toContain('m.yaml:13: --kubelet-certificate-authority and its value stand in one item')
  expect(report).not.toContain('--x and its value')
  expect(scenario.cluster.apiserver.flags['kubelet-certificate-authority']).toBe('')
})
