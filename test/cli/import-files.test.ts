import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readSubjects } from '../../src/cli/input/read-subjects.ts'
import { importOptionsOf, secondsOf } from '../../src/cli/options/import-options.ts'
import { decodeText } from '../../src/disk/decode-text.ts'
import { readFileTree } from '../../src/disk/read-file-tree.ts'
import { anIo, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const APISERVER = `apiVersion: v1
kind: Pod
metadata: { name: kube-apiserver }
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.29.3
      command: [kube-apiserver, --authorization-mode=Node, --anonymous-auth=false]
`

describe('the files below a folder', () => {
  const readIn = (folder: string, ...paths: readonly string[]) => {
    const { files, notes } = readFileTree(paths.map((path) => join(folder, path)))
    const short = (path: string) => path.slice(folder.length + 1)
    return {
      files: files.map(({ path, text }) => [short(path), text]),
      notes: notes.map(({ kind, at, message }) => [kind, short(at?.file ?? ''), at?.line, message]),
    }
  }

  test('import reads files below a folder in the order of names, each once', () => {
    const folder = aFolder({ 'b/2': 'two', 'b/1': 'one', a: 'three', 'c/d/e': 'four' })
    const all = [
      ['a', 'three'],
      ['b/1', 'one'],
      ['b/2', 'two'],
      ['c/d/e', 'four'],
    ]
    expect(readIn(folder, '')).toEqual({ files: all, notes: [] })
    expect(readIn(folder, 'b/2', '')).toEqual({ files: [all[2], all[0], all[1], all[3]], notes: [] })
    expect(readIn(folder, 'a')).toEqual({ files: [all[0]], notes: [] })
  })

  test('import skips files with data of pods, files too deep and non-files, and says why', () => {
    const deep = Array.from({ length: 17 }, (_, i) => `d${i}`).join('/')
    const folder = aFolder({ 'pods/x': '1', 'n/etcd/x': '2', [`${deep}/x`]: '3', [`${deep.slice(0, -4)}/y`]: '4' })
    const passed = 'a folder with data of pods or of etcd'
    expect(readIn(folder, '')).toEqual({
      files: [[`${deep.slice(0, -4)}/y`, '4']],
      notes: [
        ['unread', deep, 1, 'it is more than 16 folders deep'],
        ['unread', 'n/etcd', 1, passed],
        ['unread', 'pods', 1, passed],
      ],
    })
    // What is named itself is read.
    expect(readIn(folder, 'pods').files).toEqual([['pods/x', '1']])
  })

  test.skipIf(process.platform === 'win32')('import skips sockets', async () => {
    const folder = aFolder({ a: 'x' })
    const server = createServer().listen(join(folder, 'b'))
    onTestFinished(() => {
      server.close()
    })
    await once(server, 'listening')
    const notes = [['unread', 'b', 1, 'a pipe, a socket or a device']]
    expect(readIn(folder, '')).toEqual({ files: [['a', 'x']], notes })
  })

  test('import follows symbolic links to files inside the folder, and no others', () => {
    const folder = aFolder({ 'in/real': 'x', 'in/sub/y': 'y', 'inner/z': 'z' })
    const link = (target: string, name: string) => symlinkSync(target, join(folder, 'in', name))
    link('real', 'again')
    link('sub/y', 'file')
    link('sub', 'folder')
    link(join(folder, 'inner', 'z'), 'outside')
    link('nowhere', 'broken')
    link('.', 'self')
    const refused = 'a symbolic link to a folder, or out of what is imported'
    const { files, notes } = readIn(folder, 'in')
    expect(files).toEqual([
      ['in/again', 'x'],
      ['in/file', 'y'],
    ])
    expect(notes).toEqual([
      ['unread', 'in/broken', 1, 'there is no such file'],
      ['unread', 'in/folder', 1, refused],
      ['unread', 'in/outside', 1, refused],
      ['unread', 'in/self', 1, refused],
    ])
    expect(readIn(folder, 'in/outside').files).toEqual([['in/outside', 'z']])
  })

  test('import refuses a folder with too many files or too many bytes', () => {
    const folder = aFolder({ a: 'xx', 'b/c': 'yyy', 'b/d': '' })
    const read = (files: number, bytes: number) => readFileTree([folder], { files, bytes }).files.length
    expect(read(3, 5)).toBe(3)
    expect(() => read(2, 5)).toThrow(/^more than 2 files or /)
    expect(() => read(3, 4)).toThrow(/^more than 3 files or /)
  })

  test('import skips a large binary file, and reads or refuses a large text', () => {
    const folder = aFolder({ a: 'x', b: '', c: `kind: NodeList\n${'#'.repeat(64 * 2 ** 20)}` })
    truncateSync(join(folder, 'b'), 2 ** 40)
    const read = readIn(folder, '')
    expect(read.files.map(([path, text]) => [path, text.length])).toEqual([
      ['a', 1],
      ['c', 64 * 2 ** 20 + 15],
    ])
    expect(read.notes.map(([, file, , message]) => [file, message])).toEqual([['b', 'a large binary file']])
    expect(() => readFileTree([folder], { files: 9, bytes: 64 * 2 ** 20 })).toThrow(
      /64 MiB are named, with .*\/c; name/,
    )
    expect(() => readFileTree([join(folder, 'c')], { files: 9, bytes: 64 * 2 ** 20 })).toThrow(/64 MiB are named/)
  })

  test('import requires that named files can be read', () => {
    const folder = aFolder()
    expect(() => readFileTree([join(folder, 'none')])).toThrow(/^cannot read .*none: there is no such file$/)
  })

  test('import decodes UTF-8, and UTF-16 with a byte order mark', () => {
    const folder = aFolder({ a: 'ä' })
    const bytes = (name: string, ...list: readonly number[]) => writeFileSync(join(folder, name), Uint8Array.from(list))
    bytes('b', 0xff, 0xfe, 0xe4, 0x00)
    bytes('c', 0xfe, 0xff, 0x00, 0xe4)
    bytes('d', 0xff, 0x41)
    bytes('e', 0xfe, 0x41)
    bytes('f', 0x41, 0xfe)
    bytes('g', 0x41, 0xff)
    const texts = readIn(folder, '').files.map(([, text]) => text)
    expect(texts).toEqual(['ä', 'ä', 'ä', '\ufffdA', '\ufffdA', 'A\ufffd', 'A\ufffd'])
  })

  test('import detects UTF-16 without a mark if every second byte of the beginning is zero', () => {
    const of = (...bytes: readonly number[]) => decodeText(Uint8Array.from(bytes))
    expect(of(0x61, 0, 0x3a, 0, 0x0a, 0)).toBe('a:\n')
    expect(of(0, 0x61, 0, 0x3a)).toBe('a:')
    // Only the beginning has nothing but ASCII.
    const many = Array.from({ length: 32 }, () => [0x61, 0]).flat()
    expect(of(...many, 0x2d, 0x4e)).toBe(`${'a'.repeat(32)}中`)
    // What /proc has of the command line of a program with words of one letter.
    expect(of(0x61, 0, 0x62, 0x63, 0)).toBe('a\0bc\0')
    expect(of(0x61, 0)).toBe('a\0')
    // Zero bytes in the place of characters.
    expect(of(0, 0, 0, 0)).toBe('\0\0\0\0')
    expect(of(0x61, 0, 0, 0)).toBe('a\0\0\0')
    expect(of(0xef, 0xbb, 0xbf, 0x61)).toBe('a')
  })
})

describe('the options of an import', () => {
  test('import uses the given options', () => {
    expect(importOptionsOf({})).toEqual({})
    const all = { network: 'public', provider: 'gke', kubernetes: '1.29', allNodes: true } as const
    expect(importOptionsOf(all)).toEqual(all)
  })

  test('import has an option for the version of Kubernetes', () => {
    for (const kubernetes of ['1.29', 'v1.29', '1.29.3', 'v1.29.3-gke.100', '1.5'])
      expect(importOptionsOf({ kubernetes })).toEqual({ kubernetes })
    for (const kubernetes of ['2.0', '1', '1.', '1.29-x', 'x1.29', '1.29.', '1.1234', '1.29. 3'])
      expect(() => importOptionsOf({ kubernetes })).toThrow(
        `--kubernetes needs a version such as 1.29, not ${kubernetes}`,
      )
  })

  test('import has an option for the day of judgement, in seconds since 1970', () => {
    expect([secondsOf('1970-01-02'), secondsOf('2027-03-01')]).toEqual([86_400, 1_803_859_200])
  })
})

describe('the subjects of a check', () => {
  const read = (files: readonly string[], options = {}, stdin = '', nodesOfKind?: number) =>
    readSubjects(files, options, { nowS: 7, ...(nodesOfKind === undefined ? {} : { nodesOfKind }) }, anIo({ stdin }).io)

  test('check takes each scenario as one subject, and all files of a cluster as one', async () => {
    const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'x/api.yaml': APISERVER, 'b.yaml': 'kind: Node\n' })
    const [scenario, more] = ['a.yaml', 'b.yaml'].map((name) => join(folder, name))
    const subjects = await read([`${folder}/x/`, scenario, more], { network: 'public' })
    expect(subjects.map((one) => one.arguments)).toEqual([[scenario], [`${folder}/x/`, more]])
    expect(subjects[0]).toMatchObject({ imported: null, source: { file: scenario, text: SMALL_SCENARIO } })
    const { imported, source } = subjects[1]
    expect(source).toEqual({ file: `${folder}/x`, text: imported?.text })
    expect(imported?.files.map(({ path }) => path)).toEqual([join(folder, 'x', 'api.yaml'), more])
    expect(imported?.options).toEqual({ network: 'public', nowS: 7 })
    expect(source.text).toContain('kubernetes: "1.29"')
  })

  test('check reads standard input once, whatever its content', async () => {
    const [scenario] = await read(['-'], {}, SMALL_SCENARIO)
    expect([scenario.source.text, scenario.imported, scenario.arguments]).toEqual([SMALL_SCENARIO, null, ['-']])
    const [cluster] = await read(['-'], {}, APISERVER, 2)
    expect(cluster.source.file).toBe('stdin')
    expect(cluster.imported?.files).toEqual([{ path: 'stdin', text: APISERVER }])
    expect(cluster.imported?.options).toEqual({ nowS: 7, nodesOfKind: 2 })
  })

  test('check lists unread parts of a cluster as notes', async () => {
    const folder = aFolder({ 'api.yaml': APISERVER, 'pods/x': '' })
    const [{ imported }] = await read([folder])
    expect(imported?.notes[0]).toMatchObject({ kind: 'unread', at: { file: join(folder, 'pods') } })
  })

  test('check refuses import options without a cluster, and clusters without files about their set-up', async () => {
    const folder = aFolder({ 'a.yaml': SMALL_SCENARIO, 'empty/x': 'hello\n' })
    await expect(read([join(folder, 'a.yaml')], { network: 'public' })).rejects.toThrow('and these are scenarios')
    await expect(read([join(folder, 'empty')])).rejects.toThrow('nothing in these files says how a cluster is set up')
    await expect(read([join(folder, 'none')])).rejects.toThrow('there is no such file')
  })
})

describe('onpath import', () => {
  test('onpath import prints the scenario, or writes it, and says what it has written', async () => {
    const folder = aFolder({ 'api.yaml': APISERVER })
    const printed = await invoke(['import', join(folder, 'api.yaml')])
    expect([printed.code, printed.out.includes('kubernetes: "1.29"')]).toEqual([0, true])
    const path = join(folder, 'cluster.yaml')
    for (let nth = 0; nth < 2; nth++) {
      const written = await invoke(['import', join(folder, 'api.yaml'), '-o', path])
      expect([written.code, written.out, written.err.includes(`\nwritten: ${path}\n`)]).toEqual([0, '', true])
      expect(readFileSync(path, 'utf8')).toBe(printed.out)
    }
    writeFileSync(path, 'mine')
    expect(await invoke(['import', join(folder, 'api.yaml'), '-o', path])).toMatchObject({
      code: 2,
      err: expect.stringContaining('it is another file'),
    })
  })

  test('onpath import reads folders of machines and standard input, and shows what it left out', async () => {
    const folder = aFolder({ 'cp/etc/api.yaml': APISERVER })
    mkdirSync(join(folder, 'cp', 'pods'))
    const { code, out, err } = await invoke(['import', '-', '--bundle', join(folder, 'cp'), '--network', 'public'], {
      stdin: 'kind: Node\napiVersion: v1\nmetadata: { name: worker-7 }\n',
    })
    expect([code, out.includes('worker-7'), err.includes('a folder with data of pods')]).toEqual([0, true, true])
  })

  test('onpath import keeps six nodes of each kind, and all of them with --all-nodes', async () => {
    const nodes = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `kind: Node\napiVersion: v1\nmetadata: { name: worker-${i} }\n`)
    const folder = aFolder({ 'api.yaml': APISERVER, 'nodes.yaml': nodes.join('---\n') })
    const imported = async (...words: readonly string[]) => {
      const { out, err } = await invoke(['import', folder, ...words])
      return [new Set(out.match(/worker-\d/g)).size, err.includes('--all-nodes keeps all')]
    }
    expect(await imported()).toEqual([6, true])
    expect(await imported('--all-nodes')).toEqual([8, false])
  })

  test('onpath import needs files of a cluster', async () => {
    expect(await invoke(['import'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('name files or folders of a cluster'),
    })
    const empty = await invoke(['import', aFolder({ x: 'hello\n' })])
    expect(empty).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('/docs/import.md has what to collect'),
    })
    expect((await invoke(['import', '-', '--kubernetes', '2'], { stdin: APISERVER })).err).toContain(
      '--kubernetes needs',
    )
  })
})
