{{ staged('ssd', 'cla_episodes') }}
