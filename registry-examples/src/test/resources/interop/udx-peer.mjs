// One stream of udx-native on a socket of its own on 127.0.0.1. The tests drive it; commands.mjs
// says how.
import { createHash, randomBytes } from 'node:crypto'
import UDX from 'udx-native'
import { serve, tell } from './commands.mjs'

const WRITE_BYTES = 1 << 16

const udx = new UDX()
const socket = udx.createSocket()
let stream = null

const commands = {
  // {stream} -> {port}; what comes on the stream is read from then on. Events:
  // received {bytes, sha256} when the other side has ended, message {text} for each one that came,
  // closed {error} at the end
  open ({ stream: id }) {
    socket.bind(0, '127.0.0.1')
    const hash = createHash('sha256')
    let bytes = 0
    let error = null
    stream = udx.createStream(id, { firewall: () => false })
    stream.on('data', (data) => {
      bytes += data.byteLength
      hash.update(data)
    })
    stream.on('end', () => tell({ event: 'received', bytes, sha256: hash.digest('hex') }))
    stream.on('message', (message) => tell({ event: 'message', text: message.toString() }))
    stream.on('error', (err) => { error = err.code || err.message })
    stream.on('close', () => tell({ event: 'closed', error }))
    return { port: socket.address().port }
  },

  // {stream, port} -> {}
  connect ({ stream: id, port }) {
    stream.connect(socket, id, port, '127.0.0.1')
    return {}
  },

  // {bytes} -> {sha256} of random bytes, all of which have been acknowledged
  async send ({ bytes }) {
    const hash = createHash('sha256')
    for (let left = bytes; left > 0; left -= WRITE_BYTES) {
      const some = randomBytes(Math.min(left, WRITE_BYTES))
      hash.update(some)
      if (!stream.write(some)) await new Promise((resolve) => stream.once('drain', resolve))
    }
    if (!(await stream.flush())) throw new Error('the stream closed while it was sending')
    return { sha256: hash.digest('hex') }
  },

  // {text} -> {}; unordered and unreliable
  message ({ text }) {
    stream.trySend(Buffer.from(text))
    return {}
  },

  // {} -> {}; half closes the stream
  end () {
    stream.end()
    return {}
  },

  // {} -> {}
  destroy () {
    stream.destroy()
    return {}
  }
}

serve(commands)
