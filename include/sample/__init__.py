"""The sample authority: a made-up council that writes its exports night by night. Nobody in it is real."""
