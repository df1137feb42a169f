// One end of a stream of udx-native, over and over: the counterpart of UdxEnd.java.
//
// stdin                     stdout
// receive ID                port PORT, and when the other end has ended: received BYTES NANOSECONDS
// send ID PORT BYTES        sent, when everything has been acknowledged
import readline from 'node:readline'
import UDX from 'udx-native'

const HOST = '127.0.0.1'
const WRITE_BYTES = 1 << 16
const udx = new UDX()

function receive (id) {
  const socket = udx.createSocket()
  socket.bind(0, HOST)
  let bytes = 0
  let first = 0n
  let last = 0n
  const stream = udx.createStream(id, {
    firewall (socket, port, host) {
      stream.connect(socket, id, port, host)
      return false
    }
  })
  stream.on('data', (data) => {
    last = process.hrtime.bigint()
    if (bytes === 0) first = last
    bytes += data.byteLength
  })
  stream.on('end', () => stream.end())
  stream.on('error', () => {})
  stream.on('close', () => {
    console.log('received ' + bytes + ' ' + (last - first))
    socket.close()
  })
  console.log('port ' + socket.address().port)
}

async function send (id, port, bytes) {
  const socket = udx.createSocket()
  socket.bind(0, HOST)
  const some = Buffer.alloc(WRITE_BYTES)
  const stream = udx.createStream(id)
  stream.on('error', () => {})
  stream.on('close', () => {
    console.log('sent')
    socket.close()
  })
  stream.resume()
  stream.connect(socket, id, port, HOST)
  for (let left = bytes; left > 0; left -= WRITE_BYTES) {
    const more = stream.write(left < WRITE_BYTES ? some.subarray(0, left) : some)
    if (!more) await new Promise((resolve) => stream.once('drain', resolve))
  }
  stream.end()
}

const lines = readline.createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const [verb, ...numbers] = line.split(' ')
  const start = { receive, send }[verb]
  start(...numbers.map(Number))
})
lines.on('close', () => process.exit(0))
