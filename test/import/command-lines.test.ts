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
  test('a value stands behind = or in the next word', () => {
    expect(flagsIn('--port=1', '--port', '2')).toEqual([
      ['port', '1'],
      ['port', '2'],
    ])
  })

  test('a boolean takes no next word, and any other flag takes one even if that begins with a dash', () => {
    expect(flagsIn('--is-on', 'word', '--name', '-1')).toEqual([
      ['is-on', null],
      ['name', '-1'],
    ])
  })

  test('a flag that is not known takes the next word unless that begins with a dash', () => {
    expect(flagsIn('--x-a', '--x-b', 'value')).toEqual([
      ['x-a', null],
      ['x-b', 'value'],
    ])
  })

  test('underscores are dashes, an empty value is kept, and -- ends the flags', () => {
    expect(flagsIn('--client_ca_file=', '--', '--port=1')).toEqual([['client-ca-file', '']])
  })

  test('however a flag is written, its name and value come out', () => {
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

  test('splits at blanks outside of quotes, and leaves redirections and comments out', () => {
    expect(texts(`exec kube-apiserver --a='b c' --d="e f" 1>>/var/log/x.log 2>&1 # --g`)).toEqual([
      ['exec', 'kube-apiserver', '--a=b c', '--d=e f'],
    ])
  })

  test('splits commands, and replaces variables, which are split again outside of quotes', () => {
    const variables = new Map([['ARGS', '--a=1 --b=2']])
    expect(texts('kubelet $ARGS "${ARGS}" $NONE | tee log', variables)).toEqual([
      ['kubelet', '--a=1', '--b=2', '--a=1 --b=2', '$NONE'],
      ['tee', 'log'],
    ])
  })

  test('a quoted word comes out as it was, whatever it contains', () => {
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
  ])('in %j', (command, program) => {
    const found = findProgram(words(...command))
    expect([found?.program, found?.words.map(({ text }) => text)]).toEqual([program, ['--a']])
  })

  test('not where its name is only the value of another program', () => {
    expect(findProgram(words('cat', 'kube-apiserver'))).toBe(null)
  })
})

describe('flags in a manifest', () => {
  test('the last of several counts, an empty CA means none, and lists add up', () => {
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

  test('a plugin that is enabled and disabled is off', () => {
    const { scenario } = imported({
      'kube-apiserver.yaml': manifest(
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--disable-admission-plugins=NodeRestriction',
      ),
    })
    expect(scenario.cluster.apiserver.flags['enable-admission-plugins']).toEqual([])
  })

  test('a flag that the release does not have is left out and said, with its line', () => {
    const { scenario, report } = imported({ 'm.yaml': manifest('--authorization-mode=RBAC', '--insecure-port=8080') })
    expect(scenario.cluster.apiserver.flags['insecure-port']).toBe(undefined)
    expect(report).toContain(
      'm.yaml:14: cluster.apiserver.flags.insecure-port is left out: unknown flag: --insecure-port',
    )
  })

  test('two apiservers that differ are a contradiction, and the first one holds', () => {
    const { scenario, report } = imported({
      'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
        '--authorization-mode=RBAC',
        '--anonymous-auth=false',
      ),
      'cp-2/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
        '--authorization-mode=RBAC',
        '--anonymous-auth=true',
      ),
    })
    expect(scenario.cluster.apiserver.flags['anonymous-auth']).toBe(false)
    expect(report).toContain(
      'cp-2/etc/kubernetes/manifests/kube-apiserver.yaml:14: --anonymous-auth differs from cp-1/etc/kubernetes/manifests/kube-apiserver.yaml:14',
    )
  })
})
