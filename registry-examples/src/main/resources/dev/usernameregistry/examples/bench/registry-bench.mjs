// Does the work of a username registry that is measured, as a JavaScript application would: Hyperbees
// of JSON records in a Corestore, replicated over encrypted TCP on loopback without Nagle. Ours takes
// the same commands and does the same work.
//
//   node --expose-gc registry-bench.mjs [TEXT_BYTES]
//
// commands.mjs says how it is driven; commands come one after the other. "folder" is where a store is
// or will be, "keys" are registries in hex. Times are in milliseconds. Each record has a text of
// TEXT_BYTES letters beside the fields that it always has; none if that is 0.
import net from 'node:net'
import path from 'node:path'
import Corestore from 'corestore'
import Hyperbee from 'hyperbee'
import SecretStream from '@hyperswarm/secret-stream'
import { serve, tell } from './commands.mjs'

const ENCODING = { keyEncoding: 'utf-8', valueEncoding: 'json' }
const HOST = '127.0.0.1'
const STEP = 7919
const COLLECTIONS = 3
const TEXT_BYTES = Number(process.argv[2] ?? 0)
const STARTS = 1000
const letters = Array.from({ length: TEXT_BYTES + STARTS }, letter).join('')
let opened = null

const commands = {
  // {folder, count} -> {millis}: check then put, one by one, into a new registry
  async register ({ folder, count }) {
    const registry = await open(folder)
    const { key } = registry.own.core
    const start = performance.now()
    for (let number = 0; number < count; number++) await registerOne(registry, number)
    const millis = performance.now() - start
    await registry.store.close()
    return { millis, key: hex(key) }
  },

  // {folder, count} -> {millis}: puts as many names into a new registry, in one batch
  async fill ({ folder, count }) {
    const registry = await open(folder)
    const start = performance.now()
    const batch = registry.own.batch()
    for (let number = 0; number < count; number++) await batch.put(name(number), record(number, registry))
    await batch.flush()
    const millis = performance.now() - start
    await registry.store.close()
    return { millis }
  },

  // {folder, count} -> {keys}: makes as many registries of one name each
  async makeMany ({ folder, count }) {
    const { store } = await open(folder)
    const keys = []
    for (let number = 0; number < count; number++) {
      const bee = await openBee(store, { name: 'registry ' + number })
      await bee.put(name(number), record(number, { own: bee }))
      keys.push(hex(bee.core.key))
      await bee.close()
    }
    await store.close()
    return { keys }
  },

  // {folder, keys} -> {millis, key}: opens a store with its own registry and these others, and stays open
  async open ({ folder, keys = [] }) {
    const start = performance.now()
    opened = await open(folder, keys)
    return { millis: performance.now() - start, key: hex(opened.own.core.key) }
  },

  // {folder, keys} -> {port, key}: the same, and gives them to whoever connects
  async serve ({ folder, keys = [] }) {
    opened = await open(folder, keys)
    const server = net.createServer((socket) => replicate(opened.store, socket, false))
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve))
    return { port: server.address().port, key: hex(opened.own.core.key) }
  },

  // {folder, port, keys, names} -> {millis}: from giving a new store the keys to having all blocks of
  // these registries, which have as many names each
  async fetch ({ folder, port, keys, names }) {
    const { store } = await open(folder)
    const start = performance.now()
    const cores = await Promise.all(keys.map((key) => openCore(store, key)))
    const all = Promise.all(cores.map((core) => here(core, names + 1)))
    const conn = replicate(store, await connect(port), true)
    await all
    const millis = performance.now() - start
    conn.destroy()
    await store.close()
    return { millis }
  },

  // {folder, count} -> {samples}: milliseconds from before a put to the value being read by another peer
  async live ({ folder, count }) {
    const writer = await open(path.join(folder, 'writer'))
    const server = net.createServer((socket) => replicate(writer.store, socket, false))
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve))
    const reader = await open(path.join(folder, 'reader'))
    const bee = await openBee(reader.store, { key: writer.own.core.key })
    bee.core.download({ start: 0, end: -1 })
    const conn = replicate(reader.store, await connect(server.address().port), true)
    const sample = async (number) => {
      const start = performance.now()
      const seen = new Promise((resolve) => {
        const look = async () => {
          if (!(await bee.get(name(number)))) return
          bee.core.off('append', look)
          resolve(performance.now() - start)
        }
        bee.core.on('append', look)
      })
      await registerOne(writer, number)
      return seen
    }
    await sample(0)
    const samples = []
    for (let number = 1; number <= count; number++) samples.push(await sample(number))
    conn.destroy()
    server.close()
    await reader.store.close()
    await writer.store.close()
    return { samples }
  },

  // {folder, name} -> {millis}: from opening a store to having looked up a name that is there
  async first ({ folder, name }) {
    const start = performance.now()
    const { store, own } = await open(folder)
    if (!(await own.get(name))) throw new Error('no ' + name)
    const millis = performance.now() - start
    await store.close()
    return { millis }
  },

  // {count, names, hit} -> {millis}: looks up as many names in all open registries until one has it
  async lookup ({ count, names, hit }) {
    const start = performance.now()
    for (let turn = 0; turn < count; turn++) {
      const number = (turn * STEP) % names
      const wanted = hit ? name(number) : 'free_' + String(number).padStart(7, '0')
      if ((await find(opened, wanted) !== null) !== hit) throw new Error('looked up ' + wanted)
    }
    return { millis: performance.now() - start }
  },

  // {times} -> {millis, names}: lists all names so often
  async list ({ times }) {
    let names = 0
    const start = performance.now()
    for (let time = 0; time < times; time++) {
      const all = []
      for await (const node of opened.own.createReadStream()) all.push(node.value)
      names += all.length
    }
    return { millis: performance.now() - start, names }
  },

  // {} -> {heapBytes}: gives back to the system what is not needed
  settle () {
    for (let collection = 0; collection < COLLECTIONS; collection++) globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    return { heapBytes: heapUsed + external }
  },

  // {} -> {}
  async close () {
    if (opened) await opened.store.close()
    opened = null
    return {}
  }
}

function name (number) {
  return 'name_' + String(number).padStart(7, '0')
}

function record (number, { own }) {
  const fields = { username: name(number), publicKey: hex(own.core.key), registeredAt: Date.now(), registeredBy: 'bench' }
  return TEXT_BYTES === 0 ? fields : { ...fields, text: text(number) }
}

function text (number) {
  const from = number % STARTS
  return letters.slice(from, from + TEXT_BYTES)
}

function letter () {
  return String.fromCharCode(97 + Math.floor(Math.random() * 26))
}

async function registerOne (registry, number) {
  const wanted = name(number)
  if ((await find(registry, wanted)) !== null) throw new Error(wanted + ' is taken')
  await registry.own.put(wanted, record(number, registry))
}

async function find ({ own, others }, wanted) {
  for (const bee of [own, ...others]) {
    const node = bee.core.length > 0 ? await bee.get(wanted) : null
    if (node) return node.value
  }
  return null
}

async function open (folder, keys = []) {
  const store = new Corestore(folder)
  await store.ready()
  const own = await openBee(store, { name: 'my-username-registry' })
  const others = []
  for (const key of keys) others.push(await openBee(store, { key: Buffer.from(key, 'hex') }))
  return { store, own, others }
}

async function openBee (store, which) {
  const bee = new Hyperbee(store.get(which), ENCODING)
  await bee.ready()
  return bee
}

async function openCore (store, key) {
  const core = store.get({ key: Buffer.from(key, 'hex') })
  await core.ready()
  core.download({ start: 0, end: -1 })
  return core
}

function here (core, length) {
  return new Promise((resolve) => {
    const look = () => {
      if (core.contiguousLength < length) return
      core.off('download', look)
      core.off('append', look)
      resolve()
    }
    core.on('download', look)
    core.on('append', look)
  })
}

async function connect (port) {
  const socket = net.connect(port, HOST)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

function replicate (store, socket, initiator) {
  socket.setNoDelay(true)
  const conn = new SecretStream(initiator, socket)
  conn.on('error', () => {})
  store.replicate(conn)
  return conn
}

function hex (bytes) {
  return bytes.toString('hex')
}

tell({ event: 'ready' })
serve(commands)
