def check(scenario, raw, notes):
    pass
