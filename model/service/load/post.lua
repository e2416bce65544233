-- For wrk: posts the file that IMAGE names, and prints the percentiles and whatever was not answered with 200.
local file = assert(io.open(os.getenv("IMAGE"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()

function done(summary, latency, _)
  io.write(string.format("images/s %.1f  p50 %.1f ms  p99 %.1f ms  not 2xx %d  broken %d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
