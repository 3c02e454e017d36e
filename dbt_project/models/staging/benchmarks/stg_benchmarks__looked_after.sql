{{ staged('benchmarks', 'looked_after') }}
